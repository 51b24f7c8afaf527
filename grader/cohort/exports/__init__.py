"""A cohort's results for other programs: spreadsheets, scripts, build servers, Gradescope, Canvas."""
