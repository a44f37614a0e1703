from .wall_clock import follow_the_wall_clock
