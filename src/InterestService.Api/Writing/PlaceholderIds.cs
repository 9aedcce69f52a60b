using System.Collections.Frozen;
using System.Text;
using ICU4N.Text;
using InterestService.Api.Reading;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Writing;

/// <summary>Settings of placeholder ids, in section <c>InterestService</c>.</summary>
internal sealed class PlaceholderOptions
{
    /// <summary>
    /// Placeholders that programs send for unknown users; a link with one would join different people. Default null:
    /// <see cref="Writing.PlaceholderIds.Default"/>, which a list replaces.
    /// </summary>
    public string[]? PlaceholderIds { get; set; }
}

/// <summary>
/// Recognizes ids that stand for nobody: those of a list, and ids without a letter, a digit or another visible sign. Case, width and composition
/// of characters (NFKC case folding), invisible characters, punctuation and white space around an id and separators between its letters do not
/// matter, nor does a word such as <c>user</c> at one end. An id of zeros, as the zero UUID, is that of the list's <c>0</c>.
/// </summary>
internal sealed class PlaceholderIds(IOptions<PlaceholderOptions> options)
{
    /// <summary>What languages, trackers and forms put in place of an id.</summary>
    public static readonly string[] Default =
    [
        "undefined", "null", "nil", "none", "nan", "void", "empty", "blank", "missing", "na", "n/a", "not available", "not applicable", "not set",
        "anonymous", "anon", "guest", "visitor", "unknown", "unidentified", "unassigned", "not_authenticated", "not_logged_in", "logged_out",
        "true", "false", "0", "-1", "infinity", "-infinity", "object", "object object", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "id", "userid", "user_id", "distinctid", "distinct_id", "email", "string",
    ];

    /// <summary>Shorter words may be a part of a name.</summary>
    private const int MinWord = 4;

    private static readonly string[] _nouns = ["user", "userid", "visitor", "customer", "client", "member", "account", "id"];

    private readonly FrozenSet<string> _ids = (options.Value.PlaceholderIds ?? Default).Select(Normalize).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Gives the row a fault when the field holds such an id.</summary>
    public void Check(Row row, int field)
    {
        if (row.Fault is not null || !Has(Encoding.UTF8.GetString(row[field]))) return;
        string name = row.Schema.Fields[field].Name;
        row.Fail(name, $"{name} must be the id of one person; found {Utf8Text.Quote(row[field])}, a placeholder that programs send for unknown users.");
    }

    /// <summary>Returns whether an id stands for nobody.</summary>
    public bool Has(string id)
    {
        string normalized = Normalize(id);
        return normalized.Length == 0 || _ids.Contains(normalized) || _nouns.Any(noun => IsIn(normalized, noun));
    }

    /// <summary>Returns whether an id is one of the list with a noun before or after it.</summary>
    private bool IsIn(string normalized, string noun)
    {
        if (normalized.Length < noun.Length + MinWord) return false;
        return (normalized.StartsWith(noun, StringComparison.Ordinal) && IsWord(normalized[noun.Length..]))
            || (normalized.EndsWith(noun, StringComparison.Ordinal) && IsWord(normalized[..^noun.Length]));
    }

    private bool IsWord(string text) => !text.Any(char.IsAsciiDigit) && _ids.Contains(text);

    /// <summary>Returns what the spellings of a placeholder have in common; empty for an id without a visible sign, <c>0</c> for one of zeros.</summary>
    private static string Normalize(string id)
    {
        string folded = string.Concat(Normalizer2.NFKCCaseFoldInstance.Normalize(id).Select(ToAsciiDigit));
        if (folded.All(c => char.IsPunctuation(c) || char.IsWhiteSpace(c) || (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c)))) return "";
        int start = 0, end = folded.Length;
        while (IsAround(folded[start])) start++;
        while (IsAround(folded[end - 1])) end--;
        string inner = folded[start..end];
        if (inner.Contains('0') && inner.All(c => c is '0' or 'x' or '-' or '.' or ':' or ',')) return "0";
        // The sign of a number is not a separator.
        return inner.Any(char.IsAsciiDigit) ? inner : string.Concat(inner.Where(c => !char.IsPunctuation(c) && !char.IsWhiteSpace(c)));
    }

    private static char ToAsciiDigit(char c) => char.IsDigit(c) ? (char)('0' + (int)char.GetNumericValue(c)) : c;

    private static bool IsAround(char c) => c is '`' or '<' or '>' || (c != '-' && char.IsPunctuation(c)) || char.IsWhiteSpace(c);
}
