/// All utilities.
enum UtilityTable {
    static let all: [Utility] =
        ObjectUtilities.all + SelectionUtilities.all + TextUtilities.all + DataUtilities.all + FileUtilities.all + MessageUtilities.all
        + ShellUtilities.all + FormatUtilities.all

    /// As PowerShell has them (about_Aliases).
    static let aliases: [String: String] = [
        "?": "Where-Object", "where": "Where-Object", "%": "ForEach-Object", "foreach": "ForEach-Object", "select": "Select-Object",
        "sort": "Sort-Object", "group": "Group-Object", "measure": "Measure-Object", "gu": "Get-Unique", "compare": "Compare-Object",
        "diff": "Compare-Object", "tee": "Tee-Object", "gm": "Get-Member", "ft": "Format-Table", "fl": "Format-List", "oh": "Out-Host",
        "epcsv": "Export-Csv", "ipcsv": "Import-Csv", "gc": "Get-Content", "cat": "Get-Content", "type": "Get-Content", "sc": "Set-Content",
        "ac": "Add-Content", "echo": "Write-Output", "write": "Write-Output", "cls": "Clear-Host", "clear": "Clear-Host",
        "sls": "Select-String", "sleep": "Start-Sleep", "gv": "Get-Variable", "sv": "Set-Variable", "nv": "New-Variable",
        "rv": "Remove-Variable",
        "md": "mkdir",
    ]
}
