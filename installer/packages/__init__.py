"""What packages are made of: wheel, folder without a Python, .deb, checksums, signature."""
