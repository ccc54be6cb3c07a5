/// Files that the executable carries: the console's, and the description of the API.
///
/// They stand in a module of their own because a file as a literal takes the compiler longer than all that serves it.
package enum EmbeddedFile {
    /// OpenAPI 3.1 of `/openapi.json`.
    package static var openAPI: [UInt8] { PackageResources.openapi_json }
    /// Those of the console at `/`, by name.
    package static var dashboard: [(name: String, bytes: [UInt8])] {
        [
            ("index.html", PackageResources.index_html), ("theme.css", PackageResources.theme_css),
            ("layout.css", PackageResources.layout_css), ("controls.css", PackageResources.controls_css),
            ("parts.css", PackageResources.parts_css), ("findanumber.css", PackageResources.findanumber_css),
            ("alarms.js", PackageResources.alarms_js), ("api.js", PackageResources.api_js),
            ("app.js", PackageResources.app_js), ("audit.js", PackageResources.audit_js), ("bridge.js", PackageResources.bridge_js),
            ("callfilters.js", PackageResources.callfilters_js), ("calllist.js", PackageResources.calllist_js),
            ("callpanel.js", PackageResources.callpanel_js), ("calls.js", PackageResources.calls_js),
            ("callsettings.js", PackageResources.callsettings_js),
            ("callwords.js", PackageResources.callwords_js), ("carrier.js", PackageResources.carrier_js),
            ("charts.js", PackageResources.charts_js), ("cmdlets.js", PackageResources.cmdlets_js),
            ("conferencing.js", PackageResources.conferencing_js), ("consents.js", PackageResources.consents_js),
            ("csv.js", PackageResources.csv_js), ("dialogs.js", PackageResources.dialogs_js),
            ("difference.js", PackageResources.difference_js), ("dom.js", PackageResources.dom_js),
            ("forms.js", PackageResources.forms_js), ("grants.js", PackageResources.grants_js),
            ("ladder.js", PackageResources.ladder_js), ("licences.js", PackageResources.licences_js),
            ("limits.js", PackageResources.limits_js), ("lint.js", PackageResources.lint_js), ("live.js", PackageResources.live_js),
            ("livecounts.js", PackageResources.livecounts_js), ("numberbulk.js", PackageResources.numberbulk_js),
            ("numberpanel.js", PackageResources.numberpanel_js), ("numbers.js", PackageResources.numbers_js),
            ("operatordetail.js", PackageResources.operatordetail_js), ("operatorlists.js", PackageResources.operatorlists_js),
            ("operatornumbers.js", PackageResources.operatornumbers_js), ("operators.js", PackageResources.operators_js),
            ("operatorsetup.js", PackageResources.operatorsetup_js), ("overview.js", PackageResources.overview_js),
            ("platformoperator.js", PackageResources.platformoperator_js), ("rehearsal.js", PackageResources.rehearsal_js),
            ("routelist.js", PackageResources.routelist_js), ("router.js", PackageResources.router_js),
            ("routing.js", PackageResources.routing_js), ("routingdata.js", PackageResources.routingdata_js),
            ("routingforms.js", PackageResources.routingforms_js), ("routingsetup.js", PackageResources.routingsetup_js),
            ("rows.js", PackageResources.rows_js), ("screens.js", PackageResources.screens_js),
            ("session.js", PackageResources.session_js), ("settings.js", PackageResources.settings_js),
            ("tenantchoice.js", PackageResources.tenantchoice_js),
            ("texts-en.js", PackageResources.texts_en_js), ("texts.js", PackageResources.texts_js),
            ("times.js", PackageResources.times_js), ("tokens.js", PackageResources.tokens_js),
            ("trunks.js", PackageResources.trunks_js), ("tryout.js", PackageResources.tryout_js),
            ("userdetail.js", PackageResources.userdetail_js), ("users.js", PackageResources.users_js),
            ("versions.js", PackageResources.versions_js), ("webhooks.js", PackageResources.webhooks_js),
            ("wizard.js", PackageResources.wizard_js),
        ]
    }
}
