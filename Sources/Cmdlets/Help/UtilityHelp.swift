extension Utility {
    /// What `Get-Help` says of it beside its name and syntax.
    package var help: CmdletHelp? { CmdletHelp.utilities[name] }

    /// What a parameter means, in a sentence.
    func meaning(of parameter: ParameterSpec) -> String {
        let meaning = help?.parameters[parameter.name] ?? CmdletHelp.utilityParameters[parameter.name] ?? Self.comparison(parameter.name)
        guard !parameter.aliases.isEmpty else { return meaning }
        return meaning + " Also " + parameter.aliases.map { "-" + $0 }.joined(separator: ", ") + "."
    }

    /// Of `Where-Object Property -eq Value`.
    private static func comparison(_ name: String) -> String { "Compares the property with the value as the operator -\(name) does." }
}

extension CmdletHelp {
    /// By utility.
    static let utilities: [String: CmdletHelp] = [objects, shapes, texts, files, messages, shell].reduce(into: [:]) {
        $0.merge($1) { first, _ in first }
    }

    /// What parameters mean that have one meaning in all utilities.
    static let utilityParameters: [String: String] = [
        "Append": "Adds to the file in place of writing it anew.",
        "AsUTC": "Taken for scripts that give it: everything is in UTC.",
        "CaseSensitive": "Tells upper from lower case.",
        "Culture": "Taken for scripts that give it: order is that of en-US.",
        "Delimiter": "What stands between values; a comma where nothing is said.",
        "Description": "Words for readers; they are kept nowhere.",
        "Encoding": "One of utf8, utf8BOM, utf8NoBOM and ascii.",
        "Force": "Goes on where something is there already, or is read-only.",
        "GroupBy": "Begins anew, with a heading, wherever this property changes.",
        "Header": "Names of the columns, where the first line has none.",
        "IncludeTypeInformation": "Writes a line with the type of the first object before the names.",
        "InputObject": "The objects, in place of those that are piped in.",
        "Name": "The name.",
        "NoClobber": "Fails where the file is there already.",
        "NoHeader": "Leaves out the line of names.",
        "NoNewline": "Ends without a line break.",
        "NoTypeInformation": "Writes no type, as is done where nothing is said.",
        "Option": "None or AllScope.",
        "PassThru": "Puts out what was worked on.",
        "Path": "The path on the client.",
        "Property": "The properties; a hashtable of Name and Expression calculates one.",
        "QuoteFields": "The columns whose names and values stand in quotes; all where nothing is said.",
        "Scope": "Global, Script or Local.",
        "UseCulture": "Taken for scripts that give it: a comma stands between values.",
        "UseQuotes": "When values stand in quotes: Always, AsNeeded or Never.",
        "Value": "The value.",
        "View": "Refused: objects have one view.",
        "Visibility": "Public, the only one.",
        "Width": "Columns of the window that is written for.",
    ]

    static let objects: [String: CmdletHelp] = [
        "Where-Object": CmdletHelp(
            "Passes on the objects for which a block gives true, or whose property compares so with a value.",
            [
                "FilterScript": "The block, in which $_ is the object; or the name of a property.",
                "Property": "The name of the property that is compared, in place of a block.",
                "Value": "What the property is compared with.",
                "not": "Passes on the objects whose property is false or not there.",
            ],
            [
                "Get-CsOnlineVoiceRoute | Where-Object { $_.Priority -gt 0 }": "Routes by a condition.",
                "Get-CsOnlineUser | Where-Object DisplayName -like 'A*'": "Users whose name begins with A.",
            ]),
        "ForEach-Object": CmdletHelp(
            "Runs a block for each object, or puts out a property or what a method gives.",
            [
                "Process": "The block for each object, in which it is $_; or the name of a property or method.",
                "MemberName": "The name of a property or method.", "Begin": "A block that is run before the first object.",
                "End": "A block that is run after the last object.", "ArgumentList": "Arguments of the method.",
                "Parallel": "Refused: everything runs in turn.", "ThrottleLimit": "Belongs to -Parallel, which is refused.",
            ],
            [
                "1..3 | ForEach-Object { $_ * 2 }": "Doubles numbers.",
                "Get-CsOnlineUser | ForEach-Object UserPrincipalName": "Puts out one property of each.",
            ]),
        "Select-Object": CmdletHelp(
            "Picks properties of objects, calculates some, or picks objects by their place.",
            [
                "ExcludeProperty": "Properties that are left out of what -Property names.",
                "ExpandProperty": "The one property that is put out in place of the objects.", "First": "That many from the beginning.",
                "Last": "That many from the end.", "Skip": "Leaves that many out at the beginning.",
                "SkipLast": "Leaves that many out at the end.",
                "Index": "The objects at these places, counted from 0.", "Unique": "Each only once.",
                "Wait": "Makes no difference: everything runs in turn.",
            ],
            [
                "Get-CsOnlineUser | Select-Object DisplayName, @{ Name = 'Domain'; Expression = { $_.UserPrincipalName.Split('@')[1] } }":
                    "Two columns, the second one calculated.",
                "Get-CsOnlineVoiceRoute | Select-Object -First 1 -ExpandProperty Identity": "The name of the first route.",
            ]),
        "Sort-Object": CmdletHelp(
            "Puts objects in order by properties, blocks, or themselves.",
            [
                "Descending": "The greatest first.", "Unique": "Of equal ones only the first.",
                "Top": "That many from the beginning of the order.",
                "Bottom": "That many from its end.", "Stable": "Taken for scripts that give it: equal ones keep their order.",
            ],
            [
                "Get-CsOnlineUser | Sort-Object DisplayName -Descending": "Users from Z to A.",
                "'bb', 'a', 'ccc' | Sort-Object { $_.Length }": "Texts by their length.",
            ]),
        "Group-Object": CmdletHelp(
            "Puts objects together whose properties are the same: Count, Name and Group of each.",
            [
                "NoElement": "Without the objects themselves.", "AsHashTable": "As one hashtable of name and objects.",
                "AsString": "With keys that are texts.",
            ],
            [
                "Get-CsOnlineUser | Group-Object UsageLocation": "How many users each country has.",
                "1..6 | Group-Object { $_ % 2 } -NoElement": "How many are odd and even.",
            ]),
        "Measure-Object": CmdletHelp(
            "Counts objects, and tells sums, means and extremes of a property.",
            [
                "Sum": "Tells the sum.", "Average": "Tells the mean.", "Minimum": "Tells the least.", "Maximum": "Tells the greatest.",
                "StandardDeviation": "Tells how far the numbers lie from their mean, as a sample.",
                "AllStats": "Tells all of these.", "Line": "Counts lines of texts.", "Word": "Counts words.",
                "Character": "Counts characters.",
            ],
            [
                "(Get-CsOnlineUser | Measure-Object).Count": "How many users there are.",
                "1..10 | Measure-Object -Sum -Average": "Sum and mean of numbers.",
            ]),
        "Get-Unique": CmdletHelp(
            "Drops what is the same as the one before; what is sorted first has each once.",
            ["AsString": "Compares as texts.", "OnType": "One of each type."],
            [
                "'b', 'a', 'b' | Sort-Object | Get-Unique": "Each once.", "1, 1, 2 | Get-Unique": "Drops a repetition.",
            ]),
        "Compare-Object": CmdletHelp(
            "Shows what is in only one of two lists: => only in the second, <= only in the first.",
            [
                "ReferenceObject": "The first list.", "DifferenceObject": "The second list.",
                "IncludeEqual": "Shows what is in both as well.",
                "ExcludeDifferent": "Shows only what is in both.", "SyncWindow": "No less than the number of objects: all are compared.",
            ],
            [
                "Compare-Object @('a', 'b') @('b', 'c')": "What is new and what is gone.",
                "Compare-Object @(1, 2) @(2, 3) -IncludeEqual": "With what is in both.",
            ]),
    ]

    static let shapes: [String: CmdletHelp] = [
        "Format-Table": CmdletHelp(
            "Shows objects as a table of the properties that are named, or of all.",
            [
                "AutoSize": "Taken for scripts that give it: columns are as wide as what they hold.",
                "Wrap": "Goes on in the next line in place of cutting.",
                "HideTableHeaders": "Without the names above.",
                "ShowError": "Refused: an error of a calculated property is told as any other.",
                "Expand": "EnumOnly, the only one: what is in a collection is shown.",
                "RepeatHeader": "Makes no difference: there are no screens.",
            ],
            [
                "Get-CsOnlineVoiceRoute | Format-Table Identity, Priority": "Two columns.",
                "Get-CsOnlineUser | Format-Table DisplayName -HideTableHeaders": "One column without its name.",
            ]),
        "Format-List": CmdletHelp(
            "Shows each object as a list of its properties, a line each.", ["Expand": "EnumOnly, the only one."],
            [
                "Get-CsOnlineVoiceRoute | Format-List": "All properties.",
                "Get-CsOnlineUser | Format-List DisplayName, UserPrincipalName": "Two of them.",
            ]),
        "ConvertTo-Csv": CmdletHelp(
            "Writes objects as lines of comma-separated values, the names first.", [:],
            [
                "Get-CsOnlineVoiceRoute | Select-Object Identity, Priority | ConvertTo-Csv": "Routes as CSV.",
                "[pscustomobject]@{ A = 1; B = 2 } | ConvertTo-Csv -Delimiter ';'": "With semicolons.",
            ]),
        "ConvertFrom-Csv": CmdletHelp(
            "Reads lines of comma-separated values as objects, whose properties are texts.", [:],
            [
                "\"Name,Age`nAnn,5\" | ConvertFrom-Csv": "The first line has the names.",
                "'Ann,5' | ConvertFrom-Csv -Header Name, Age": "The names are given.",
            ]),
        "ConvertTo-Json": CmdletHelp(
            "Writes objects as JSON.",
            [
                "Depth": "Levels that are written, 2 where nothing is said; what is deeper stands as text.",
                "Compress": "Without blanks and line breaks.",
                "AsArray": "As an array also where there is one object.", "EnumsAsStrings": "Makes no difference: names stand as texts.",
                "EscapeHandling": "Default, the only one.",
            ],
            [
                "Get-CsOnlineVoiceRoute | Select-Object Identity, Priority | ConvertTo-Json": "Routes as JSON.",
                "@{ a = 1 } | ConvertTo-Json -Compress": "In one line.",
            ]),
        "ConvertFrom-Json": CmdletHelp(
            "Reads JSON as objects.",
            [
                "AsHashtable": "Gives hashtables in place of objects.",
                "Depth": "How many objects and arrays may stand in each other; 1024.",
                "NoEnumerate": "Gives an array as one object.",
            ],
            [
                "('{ \"a\": [1, 2] }' | ConvertFrom-Json).a": "A property of what was read.",
                "'{ \"a\": 1 }' | ConvertFrom-Json -AsHashtable": "As a hashtable.",
            ]),
        "New-Object": CmdletHelp(
            "Makes an object of a type that is here, as PSObject, ArrayList or Hashtable.",
            ["TypeName": "The type's name.", "ArgumentList": "What it is made of.", "Property": "A hashtable of its properties."],
            [
                "New-Object PSObject -Property @{ Name = 'a' }": "An object with a property.",
                "$list = New-Object System.Collections.ArrayList; $list.Count": "An empty list.",
            ]),
        "Add-Member": CmdletHelp(
            "Adds properties to the objects that are piped in.",
            [
                "NotePropertyName": "The name of a new property.", "NotePropertyValue": "Its value.", "MemberType": "NoteProperty.",
                "NotePropertyMembers": "A hashtable of names and values.", "Force": "Replaces one that is there.",
            ],
            [
                "$o = [pscustomobject]@{ A = 1 }; $o | Add-Member -NotePropertyName B -NotePropertyValue 2; $o": "A second property.",
                "[pscustomobject]@{ A = 1 } | Add-Member B 2 -PassThru": "The same, put out.",
            ]),
        "Get-Member": CmdletHelp(
            "Shows the properties of objects.",
            ["Name": "Only those of these names.", "MemberType": "Only those of this kind.", "Static": "Not available here."],
            [
                "Get-CsOnlineVoiceRoute | Get-Member": "What a route has.",
                "([pscustomobject]@{ A = 1 } | Get-Member).Name": "The names alone.",
            ]),
    ]
}
