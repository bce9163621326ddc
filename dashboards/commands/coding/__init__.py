"""Commands for what stands beside the findings: agreement of coders, attribution, the record of what a case holds."""
