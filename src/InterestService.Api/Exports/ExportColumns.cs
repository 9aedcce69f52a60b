using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace InterestService.Api.Exports;

/// <summary>Creates columns of exports, and reads what their cells share.</summary>
internal static class ExportColumns
{
    /// <summary>Microseconds since 1970 in UTC.</summary>
    public static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");

    private const string JsonNameKey = "json_name";

    /// <param name="name">camelCase, as in JSON; other formats have it in snake_case.</param>
    /// <param name="type">Text, a boolean, a number, a time, or lists and records of these.</param>
    /// <param name="nullable">Whether a row may lack it.</param>
    public static Field Create(string name, IArrowType type, bool nullable = false) =>
        new(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), type, nullable, new Dictionary<string, string> { [JsonNameKey] = name });

    /// <summary>The name of a column in JSON.</summary>
    public static string JsonName(Field column) => column.Metadata[JsonNameKey];

    /// <summary>Returns the instant of a cell.</summary>
    public static DateTime TimeOf(TimestampArray times, int index) => DateTime.UnixEpoch.AddTicks(times.Values[index] * TimeSpan.TicksPerMicrosecond);

    /// <summary>Returns a time as a value of <see cref="Time"/>.</summary>
    public static long ToMicroseconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Creates a column of times.</summary>
    public static TimestampArray Times(Int64Array microseconds) => new(new ArrayData(Time, microseconds.Length, 0, 0, microseconds.Data.Buffers));

    public static StringArray Texts(IEnumerable<string?> values) => new StringArray.Builder().AppendRange(values).Build();

    public static DoubleArray Numbers(IEnumerable<double?> values)
    {
        var numbers = new DoubleArray.Builder();
        foreach (double? value in values) numbers.Append(value);
        return numbers.Build();
    }

    public static Int32Array Integers(IEnumerable<int> values) => new Int32Array.Builder().AppendRange(values).Build();

    /// <summary>Creates a column of lists.</summary>
    /// <param name="type">Type of the lists.</param>
    /// <param name="lists">A list for each row.</param>
    /// <param name="create">Creates the elements of all lists, one after the other.</param>
    public static ListArray Lists<T>(ListType type, IReadOnlyList<IReadOnlyList<T>> lists, Func<IReadOnlyList<T>, IArrowArray> create)
    {
        var offsets = new ArrowBuffer.Builder<int>(lists.Count + 1).Append(0);
        int end = 0;
        foreach (var list in lists) offsets.Append(end += list.Count);
        return new ListArray(type, lists.Count, offsets.Build(), create([.. lists.SelectMany(list => list)]), ArrowBuffer.Empty);
    }

    /// <summary>Creates a column of records from the columns of their fields, none of which is missing.</summary>
    public static StructArray Records(StructType type, int count, params IArrowArray[] fields) => new(type, count, fields, ArrowBuffer.Empty, nullCount: 0);
}
