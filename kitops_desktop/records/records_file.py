"""The file of what the program remembers for good: layers, stored manifests, projects, registries."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.records.database import Database

_MIGRATIONS = (
    """
    CREATE TABLE layers (
        fingerprint TEXT NOT NULL,
        compression TEXT NOT NULL,
        digest TEXT NOT NULL,
        size INTEGER NOT NULL,
        diff_id TEXT NOT NULL,
        used_at REAL NOT NULL,
        PRIMARY KEY (fingerprint, compression)
    ) WITHOUT ROWID;
    CREATE TABLE manifests (
        home BLOB NOT NULL,
        repository TEXT NOT NULL,
        digest TEXT NOT NULL,
        descriptor TEXT NOT NULL,
        blobs TEXT NOT NULL,
        stored_at REAL NOT NULL,
        PRIMARY KEY (home, repository, digest)
    ) WITHOUT ROWID;
    CREATE TABLE tags (
        home BLOB NOT NULL,
        repository TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (home, repository, tag)
    ) WITHOUT ROWID;
    CREATE TABLE projects (
        folder BLOB PRIMARY KEY,
        name TEXT NOT NULL,
        last_reference TEXT NOT NULL,
        last_digest TEXT NOT NULL,
        opened_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE reference_history (
        reference TEXT PRIMARY KEY,
        host TEXT NOT NULL,
        action TEXT NOT NULL,
        at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX reference_history_by_time ON reference_history (at);
    CREATE TABLE observed_tags (
        name TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        seen_at REAL NOT NULL,
        PRIMARY KEY (name, tag)
    ) WITHOUT ROWID;
    CREATE INDEX observed_tags_by_time ON observed_tags (seen_at);
    CREATE TABLE abilities (
        host TEXT NOT NULL,
        ability TEXT NOT NULL,
        value TEXT NOT NULL,
        found_at REAL NOT NULL,
        PRIMARY KEY (host, ability)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE placed_layers (
        unpacking TEXT NOT NULL,
        layer TEXT NOT NULL,
        files BLOB NOT NULL,
        placed_at REAL NOT NULL,
        PRIMARY KEY (unpacking, layer)
    )
    """,
    """
    CREATE TABLE drafts (
        folder BLOB NOT NULL,
        name TEXT NOT NULL,
        text BLOB NOT NULL,
        base BLOB,
        written_at REAL NOT NULL,
        PRIMARY KEY (folder, name)
    )
    """,
    """
    CREATE TABLE tag_events (
        id INTEGER PRIMARY KEY,
        home BLOB NOT NULL,
        name TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        what TEXT NOT NULL,
        first_at REAL NOT NULL,
        last_at REAL NOT NULL
    );
    CREATE INDEX tag_events_by_tag ON tag_events (home, name, tag, id);
    CREATE INDEX tag_events_by_digest ON tag_events (home, name, digest, id);
    INSERT INTO tag_events (home, name, tag, digest, what, first_at, last_at)
        SELECT x'', name, tag, digest, 'seen', seen_at, seen_at FROM observed_tags ORDER BY seen_at;
    INSERT INTO tag_events (home, name, tag, digest, what, first_at, last_at)
        SELECT t.home, t.repository, t.tag, t.digest, 'stored', m.stored_at, m.stored_at
        FROM tags t JOIN manifests m USING (home, repository, digest) ORDER BY m.stored_at
    """,
    """
    CREATE TABLE favourites (
        id INTEGER PRIMARY KEY,
        reference TEXT NOT NULL UNIQUE,
        host TEXT NOT NULL,
        added_at REAL NOT NULL
    )
    """,
    """
    CREATE TABLE unpack_choices (
        name TEXT PRIMARY KEY,
        choice TEXT NOT NULL,
        used_at REAL NOT NULL
    )
    """,
    """
    CREATE TABLE deleted_versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        digest TEXT NOT NULL,
        tags TEXT NOT NULL,
        whole INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        content BLOB NOT NULL,
        deleted_at REAL NOT NULL
    )
    """,
    """
    CREATE TABLE origins (
        folder BLOB PRIMARY KEY,
        repository TEXT NOT NULL,
        noted_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
)


def open_records(path: Path) -> Database:
    """The database that all records but the journal and the caches share. Never raises."""
    return Database(path, _MIGRATIONS, "Projects and what was packed")
