from . import history_files, portal, report_files
