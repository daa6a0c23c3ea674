"""Pictures out of kits: decoded within limits, shown as large as there is room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from kitops_desktop.preview.file_preview import PreviewImage

MOST_PIXELS = 32_000_000
"""A picture of so many takes 128 MB for a moment."""
_MOST_MEGABYTES = 160
_MOST_SIDE = 1600
BY = " \N{MULTIPLICATION SIGN} "


@dataclass(frozen=True, slots=True)
class Picture:
    """``image`` is no larger than can be of use; ``size`` is that in the file. ``problem`` is a sentence in
    place of an image."""

    image: QImage | None = None
    size: QSize | None = None
    problem: str = ""


def decoded(source: PreviewImage) -> Picture:
    """The first frame of a picture. Only the decoder of its own format is asked. May take long."""
    QImageReader.setAllocationLimit(_MOST_MEGABYTES)
    buffer = QBuffer()
    buffer.setData(QByteArray(source.content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(source.format.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return Picture(problem="The picture is damaged: it does not say how large it is.")
    if size.width() * size.height() > MOST_PIXELS:
        sides = f"{size.width():,}{BY}{size.height():,}"
        return Picture(size=size, problem=f"A picture of {sides} pixels is too large to be shown.")
    if max(size.width(), size.height()) > _MOST_SIDE:
        reader.setScaledSize(size.scaled(_MOST_SIDE, _MOST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return Picture(size=size, problem="The picture is damaged: it cannot be decoded.")
    return Picture(image, size)


class PictureView(QWidget):
    """Draws a picture in the middle, never larger than it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")

    @property
    def has_picture(self) -> bool:
        return not self._pixmap.isNull()

    def show_picture(self, picture: Picture) -> None:
        self._pixmap = QPixmap() if picture.image is None else QPixmap.fromImage(picture.image)
        size = picture.size
        said = f"{size.width():,}{BY}{size.height():,} pixels" if size is not None else ""
        self.setAccessibleName(f"Picture, {said}" if said else "Picture")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, 200)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self._pixmap.isNull():
            return
        room = self.rect().adjusted(8, 8, -8, -8)
        size = self._pixmap.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap)
        painter.end()
