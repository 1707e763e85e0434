"""Where clusters meet codes: crosswalk, predicted codes, prevalence and saturation."""
