using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace InterestService.Api.Exports;

/// <summary>Creates columns of exports and writes their cells as text.</summary>
internal static class ExportColumns
{
    /// <summary>Microseconds since 1970 in UTC.</summary>
    public static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");

    /// <param name="name">camelCase, as in JSON; other formats have it in snake_case.</param>
    /// <param name="type">Text, a boolean, a number or a time.</param>
    /// <param name="nullable">Whether a row may lack it.</param>
    public static Field Create(string name, IArrowType type, bool nullable = false) =>
        new(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), type, nullable, new Dictionary<string, string> { [JsonNameKey] = name });

    /// <summary>The name of a column in JSON.</summary>
    public static string JsonName(Field column) => column.Metadata[JsonNameKey];

    /// <summary>Returns the instant of a cell.</summary>
    public static DateTime TimeOf(TimestampArray times, int index) => DateTime.UnixEpoch.AddTicks(times.Values[index] * TimeSpan.TicksPerMicrosecond);

    private const string JsonNameKey = "json_name";
}
