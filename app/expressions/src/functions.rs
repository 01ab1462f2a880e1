//! The functions there are: their names, and how many arguments each takes.

macro_rules! functions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal ($least:literal, $most:expr)),+ $(,)?) => {
        /// A function.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "ODK's documentation says what each does; the names are its own")]
        pub enum Function { $($(#[$doc])* $variant),+ }

        impl Function {
            /// Every one.
            pub const ALL: &'static [Function] = &[$(Function::$variant),+];
            /// The function of this name.
            pub fn named(name: &str) -> Option<Function> { match name { $($name => Some(Function::$variant),)+ _ => None } }
            /// Its name.
            pub fn name(self) -> &'static str { match self { $(Function::$variant => $name),+ } }
            /// The least arguments it takes, and the most.
            pub(crate) fn arguments(self) -> (usize, Option<usize>) { match self { $(Function::$variant => ($least, $most)),+ } }
        }
    };
}

functions! {
    Abs = "abs" (1, Some(1)),
    Acos = "acos" (1, Some(1)),
    Area = "area" (1, Some(1)),
    Asin = "asin" (1, Some(1)),
    Atan = "atan" (1, Some(1)),
    Atan2 = "atan2" (2, Some(2)),
    Base64Decode = "base64-decode" (1, Some(1)),
    Boolean = "boolean" (1, Some(1)),
    BooleanFromString = "boolean-from-string" (1, Some(1)),
    Ceiling = "ceiling" (1, Some(1)),
    Checklist = "checklist" (3, None),
    Coalesce = "coalesce" (1, None),
    Concat = "concat" (1, None),
    Contains = "contains" (2, Some(2)),
    Cos = "cos" (1, Some(1)),
    Count = "count" (1, Some(1)),
    CountNonEmpty = "count-non-empty" (1, Some(1)),
    CountSelected = "count-selected" (1, Some(1)),
    Date = "date" (1, Some(1)),
    DateTime = "date-time" (1, Some(1)),
    DecimalDateTime = "decimal-date-time" (1, Some(1)),
    DecimalTime = "decimal-time" (1, Some(1)),
    Digest = "digest" (2, Some(3)),
    Distance = "distance" (1, None),
    EndsWith = "ends-with" (2, Some(2)),
    Exp = "exp" (1, Some(1)),
    Exp10 = "exp10" (1, Some(1)),
    False = "false" (0, Some(0)),
    Floor = "floor" (1, Some(1)),
    FormatDate = "format-date" (2, Some(2)),
    FormatDateTime = "format-date-time" (2, Some(2)),
    Geofence = "geofence" (2, Some(2)),
    If = "if" (3, Some(3)),
    IndexedRepeat = "indexed-repeat" (3, Some(7)),
    Int = "int" (1, Some(1)),
    ChoiceName = "jr:choice-name" (2, Some(2)),
    Join = "join" (1, None),
    Last = "last" (0, Some(0)),
    Log = "log" (1, Some(1)),
    Log10 = "log10" (1, Some(1)),
    Max = "max" (1, None),
    Min = "min" (1, None),
    NormalizeSpace = "normalize-space" (0, Some(1)),
    Not = "not" (1, Some(1)),
    Now = "now" (0, Some(0)),
    Number = "number" (0, Some(1)),
    Once = "once" (1, Some(1)),
    Pi = "pi" (0, Some(0)),
    Position = "position" (0, Some(1)),
    Pow = "pow" (2, Some(2)),
    Random = "random" (0, Some(0)),
    Regex = "regex" (2, Some(2)),
    Round = "round" (1, Some(2)),
    Selected = "selected" (2, Some(2)),
    SelectedAt = "selected-at" (2, Some(2)),
    Sin = "sin" (1, Some(1)),
    Sqrt = "sqrt" (1, Some(1)),
    StartsWith = "starts-with" (2, Some(2)),
    String = "string" (0, Some(1)),
    StringLength = "string-length" (0, Some(1)),
    Substr = "substr" (2, Some(3)),
    Substring = "substring" (2, Some(3)),
    SubstringAfter = "substring-after" (2, Some(2)),
    SubstringBefore = "substring-before" (2, Some(2)),
    Sum = "sum" (1, Some(1)),
    Tan = "tan" (1, Some(1)),
    Today = "today" (0, Some(0)),
    Translate = "translate" (3, Some(3)),
    True = "true" (0, Some(0)),
    Uuid = "uuid" (0, Some(1)),
    WeightedChecklist = "weighted-checklist" (4, None),
}

impl Function {
    /// Whether its first argument is nodes.
    pub(crate) fn is_of_nodes(self) -> bool {
        matches!(self, Function::Count | Function::CountNonEmpty | Function::Sum | Function::Position | Function::IndexedRepeat)
    }
}
