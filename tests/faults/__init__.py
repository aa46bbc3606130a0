"""Everything dies: processes, disks, files. What was acknowledged is there, and who can goes on."""
