"""Array types: whole numbers, positions, real numbers and masks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]  # positions where there are many
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
