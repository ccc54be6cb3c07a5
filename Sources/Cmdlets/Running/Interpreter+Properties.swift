extension Interpreter {
    /// `.name` of a value; of an array, that of each of its items (about_Member-Access_Enumeration).
    func property(_ name: String, of value: Value, at place: Script.Place) throws(Stop) -> Value {
        try meter.read(bytes: name.utf8.count)
        let lower = name.lowercased()
        if let own = ownProperty(lower, of: value) { return own }
        switch value {
        case .table(let box): return try count(lower, tableProperty(lower, name, of: box))
        case .object(let box):
            if let property = box[name] ?? box.hidden.first(where: { $0.name.isSameName(as: name) })?.value { return property }
            if lower == "psobject" { return .object(Self.anatomy(of: box)) }
            if lower == "count" || lower == "length" { return .integer(1) }
            guard box.isOfService else { return .null }
            throw .failure(.invalidOperation, "PropertyNotFound", "there is no property \(name)\(nearest(name, box))", at: place)
        case .array(let box): return try gathered(lower, name, of: box, at: place)
        case .null, .nothing: return lower == "count" || lower == "length" ? .integer(0) : .null
        default: return lower == "count" || lower == "length" ? .integer(1) : .null
        }
    }

    private func count(_ name: String, _ found: Value?) throws(Stop) -> Value { found ?? .null }

    private func tableProperty(_ lower: String, _ name: String, of box: TableBox) throws(Stop) -> Value? {
        if let value = box[name] { return value }
        switch lower {
        case "count": return .integer(box.entries.count)
        case "keys": return try meter.made(box.entries.map(\.key))
        case "values": return try meter.made(box.entries.map(\.value))
        default: return nil
        }
    }

    private func gathered(_ lower: String, _ name: String, of box: ArrayBox, at place: Script.Place) throws(Stop) -> Value {
        switch lower {
        case "count", "length", "longlength": return .integer(box.items.count)
        case "rank": return .integer(1)
        case "isreadonly", "issynchronized": return .truth(false)
        case "isfixedsize": return .truth(box.kind == .fixed)
        default: break
        }
        var values: [Value] = []
        try meter.step(box.items.count)
        try meter.read(bytes: name.utf8.count, times: box.items.count)
        try meter.enter()
        defer { meter.exit() }
        for item in box.items {
            switch item {
            case .object(let object)
            where !object.isOfService && object.index(of: name) == nil && lower != "psobject"
                && !object.hidden.contains(where: { $0.name.isSameName(as: name) }):
                continue
            case .table(let table) where table[name] == nil && !["keys", "values", "count"].contains(lower): continue
            case .null, .nothing: continue
            default:
                let value = try property(name, of: item, at: place)
                if case .array(let inner) = value { values += inner.items } else { values.append(value) }
            }
            try meter.checkCount(values.count)
        }
        try meter.make(bytes: values.count * 16)
        return values.isEmpty ? .null : keep(Value(gathered: values))
    }

    /// What values without named properties have.
    private func ownProperty(_ name: String, of value: Value) -> Value? {
        switch value {
        case .text(let text): return name == "length" ? .integer(text.utf16.count) : nil
        case .moment(let moment): return Self.part(name, of: moment)
        case .span(let milliseconds): return Self.part(name, of: milliseconds)
        case .type(let type):
            switch name {
            case "name": return .text(Self.shortName(type.fullName))
            case "fullname": return .text(type.fullName)
            default: return nil
            }
        // As of a switch parameter, which is no type of its own here.
        case .truth: return name == "ispresent" ? value : nil
        case .block(let block): return name == "ast" ? .text(block.block.text) : nil
        default: return nil
        }
    }

    static func shortName(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

    private static func part(_ name: String, of moment: Moment) -> Value? {
        let parts = moment.parts
        switch name {
        case "year": return .integer(parts.year)
        case "month": return .integer(parts.month)
        case "day": return .integer(parts.day)
        case "hour": return .integer(parts.hour)
        case "minute": return .integer(parts.minute)
        case "second": return .integer(parts.second)
        case "millisecond": return .integer(parts.millisecond)
        case "dayofweek": return .text(Moment.weekdays[parts.weekday])
        case "dayofyear": return .integer(parts.dayOfYear)
        case "ticks": return .integer(moment.milliseconds * 10_000)
        case "date": return Moment(milliseconds: moment.milliseconds / Moment.day * Moment.day).map { .moment($0) }
        case "timeofday": return .span(moment.milliseconds % Moment.day)
        case "kind": return .text("Utc")
        default: return nil
        }
    }

    private static func part(_ name: String, of span: Int) -> Value? {
        switch name {
        case "days": return .integer(span / Moment.day)
        case "hours": return .integer(span / 3_600_000 % 24)
        case "minutes": return .integer(span / 60_000 % 60)
        case "seconds": return .integer(span / 1_000 % 60)
        case "milliseconds": return .integer(span % 1_000)
        case "ticks": return .integer(span * 10_000)
        case "totaldays": return .real(Double(span) / Double(Moment.day))
        case "totalhours": return .real(Double(span) / 3_600_000)
        case "totalminutes": return .real(Double(span) / 60_000)
        case "totalseconds": return .real(Double(span) / 1_000)
        case "totalmilliseconds": return .real(Double(span))
        default: return nil
        }
    }

    /// `.PSObject`: its properties as objects.
    private static func anatomy(of box: ObjectBox) -> ObjectBox {
        let properties = box.properties.map { property in
            Value.object(
                ObjectBox(
                    [
                        "Name": .text(property.name), "Value": property.value, "MemberType": .text("NoteProperty"),
                        "TypeNameOfValue": .text(property.value.typeName),
                    ],
                    typeName: "System.Management.Automation.PSNoteProperty", display: "\(property.name)=\(property.value.text)"))
        }
        return ObjectBox(
            ["Properties": .list(properties), "TypeNames": .list([.text(box.typeName)]), "BaseObject": .object(box)],
            typeName: "System.Management.Automation.PSObject")
    }

    // MARK: items

    /// `value[index]`: counted from 0, from the end with a minus; several indices give several items; what is not there is `$null`
    /// (about_Arrays, about_Hash_Tables).
    func item(of value: Value, at index: Value, _ place: Script.Place) throws(Stop) -> Value {
        if case .array(let indices) = index {
            var values: [Value] = []
            for one in indices.items {
                let found = try item(of: value, at: one, place)
                if !found.isNull { values.append(found) }
            }
            return keep(try meter.made(values))
        }
        switch value {
        case .array(let box):
            if case .text(let name) = index, Int(name) == nil {
                return box.items.first {
                    if case .object(let object) = $0 { object["Name"]?.text.isSameName(as: name) ?? false } else { false }
                } ?? .null
            }
            guard let written = index.integer else { throw .cast("\(index.text) is not the number of an item", at: place) }
            let at = written < 0 ? written + box.items.count : written
            return box.items.indices.contains(at) ? box.items[at] : .null
        case .text(let text):
            guard let written = index.integer else { throw .cast("\(index.text) is not the number of a character", at: place) }
            let scalars = Array(text.unicodeScalars), at = written < 0 ? written + scalars.count : written
            try meter.step(1 + text.utf8.count / 64)
            return scalars.indices.contains(at) ? .character(scalars[at]) : .null
        case .table(let box):
            try meter.read(index)
            if let found = box[index] { return found }
            if box.isOrdered, case .integer(let at) = index, box.entries.indices.contains(at) { return box.entries[at].value }
            return .null
        case .object(let box):
            if case .integer(let at) = index { return at == 0 || at == -1 ? value : .null }
            return box[index.text] ?? .null
        case .null, .nothing:
            throw .failure(.invalidOperation, "NullArray", "$null has no items", at: place)
        default: return index.integer == 0 || index.integer == -1 ? value : .null
        }
    }
}
