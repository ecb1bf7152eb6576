/// A time as people write it: RFC 3339, or a date alone.
package enum AuditTime {
    /// Reads a time; a date alone is its first second, or its last where `isEnd`, in UTC.
    ///
    /// Nil for any other form, and for a day that no calendar has. Fractions of a second are cut off.
    package static func parse(_ text: String, isEnd: Bool = false) -> Timestamp? {
        if let day = exact(text + "T00:00:00Z") {
            return isEnd ? Timestamp(seconds: day.seconds + 86_399) : day
        }
        guard let form = text.wholeMatch(of: form), let local = exact("\(form.1)T\(form.2)Z") else {
            return nil
        }
        guard let sign = form.3, let hours = form.4, let minutes = form.5 else { return local }
        guard let hours = Int64(hours), let minutes = Int64(minutes), hours < 24, minutes < 60
        else { return nil }
        let offset = (hours * 60 + minutes) * 60
        return Timestamp(seconds: local.seconds - (sign == "-" ? -offset : offset))
    }

    private static var form:
        Regex<(Substring, Substring, Substring, Substring?, Substring?, Substring?)>
    {
        /(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))/
    }

    /// The time, if it is written as Signet writes it: that rules out 31 February.
    private static func exact(_ text: String) -> Timestamp? {
        guard let time = Timestamp(text), time.description == text else { return nil }
        return time
    }
}
