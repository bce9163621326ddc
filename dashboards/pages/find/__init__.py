"""The page Find: form, estimate and progress of a run."""
