"""Parts and documents beside the findings: legal position, agreement of coders, attribution, record of what a case holds."""
