"""What the tests share: programs, privileges, small disks, and the harness of the real window."""
