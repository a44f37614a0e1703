"""What the three commands of setup/ share. Standard library only: it runs before the virtual environment exists."""
