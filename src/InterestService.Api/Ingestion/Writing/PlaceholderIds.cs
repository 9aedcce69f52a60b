using System.Collections.Frozen;
using System.Text;
using InterestService.Api.Reading;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Ingestion.Writing;

/// <summary>Settings of placeholder ids, in section <c>InterestService</c>.</summary>
internal sealed class PlaceholderOptions
{
    /// <summary>
    /// Ids that programs send for anybody whom they do not know; a link with one would join strangers. Default null:
    /// <see cref="Writing.PlaceholderIds.Default"/>, which a list replaces.
    /// </summary>
    public string[]? PlaceholderIds { get; set; }
}

/// <summary>
/// Recognizes ids that stand for nobody: those of a list, in any case and with white space, quotation marks or brackets around them, and ids
/// without a letter or a digit. An id of zeros, as the zero UUID, is that of the list's <c>0</c>.
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

    private readonly FrozenSet<string> _ids = (options.Value.PlaceholderIds ?? Default).Select(Normalize).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives the row a fault when the field holds such an id.</summary>
    public void Check(Row row, int field)
    {
        if (row.Fault is not null || !Has(Encoding.UTF8.GetString(row[field]))) return;
        string name = row.Schema.Fields[field].Name;
        row.Fail(name, $"{name} must be the id of one person; found {Utf8Text.Quote(row[field])}, which programs send for anybody whom they do not know.");
    }

    /// <summary>Returns whether an id stands for nobody.</summary>
    public bool Has(string id)
    {
        string normalized = Normalize(id);
        return normalized.Length == 0 || _ids.Contains(normalized);
    }

    /// <summary>Removes what is put around an id; an id without a letter or a digit becomes empty, one of zeros <c>0</c>.</summary>
    private static string Normalize(string id)
    {
        string inner = id.Trim().Trim('"', '\'', '`', '(', ')', '[', ']', '{', '}', '<', '>', '“', '”', '‘', '’', '«', '»').Trim();
        if (inner.All(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c))) return "";
        return inner.All(c => c is '0' or '-' or '.') ? "0" : inner;
    }
}
