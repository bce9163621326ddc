"""From findings to pictures: each figure is a pure function that draws SVG."""
