namespace InterestService.Api.Requests;

/// <summary>
/// Converts between the representations of time: microseconds since 2000-01-01T00:00:00Z, as PostgreSQL stores a timestamptz; milliseconds
/// since 1970-01-01T00:00:00Z, as the pipeline counts time; and <see cref="DateTime"/> in UTC.
/// </summary>
internal static class Timestamps
{
    private static readonly DateTime _epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly long _epochMilliseconds = ToUnixMilliseconds(_epoch);

    /// <summary>Converts to microseconds since 2000; a fraction of a microsecond is cut off.</summary>
    public static long ToMicroseconds(DateTime utc) => (utc - _epoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts microseconds since 2000.</summary>
    public static DateTime ToDateTime(long microseconds) => _epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Converts microseconds since 2000 to milliseconds since 1970, rounded down.</summary>
    public static long ToUnixMilliseconds(long microseconds) =>
        _epochMilliseconds + (microseconds / 1000) - (microseconds % 1000 < 0 ? 1 : 0);

    /// <summary>Converts to milliseconds since 1970, rounded down.</summary>
    public static long ToUnixMilliseconds(DateTime utc) => new DateTimeOffset(utc).ToUnixTimeMilliseconds();
}
