{
    "name": "Support desk on Debian's Odoo package",
    "summary": "Take the script that Debian's odoo-19 lacks out of the backend's bundle",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Support Desk founders",
    "license": "AGPL-3",
    "depends": ["mail"],
    # Debian's package has no selfie_segmentation.js (background blur in video calls); a file that is named
    # and missing breaks the whole bundle. setup/ installs this addon only where the file is missing.
    "assets": {
        "web.assets_backend": [("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js")],
    },
}
