using System.Globalization;

namespace InterestService.Api.Requests;

/// <summary>Parses date-times of RFC 3339 with an offset, such as <c>2024-05-01T12:00:00.5+02:00</c>.</summary>
internal static class Rfc3339
{
    /// <summary>What is expected of a text that <see cref="TryParse"/> does not accept.</summary>
    public const string Expected = "an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z";

    private const int LeapSecond = 60;

    private static readonly int[] _microseconds = [0, 100_000, 10_000, 1_000, 100, 10, 1];

    /// <remarks>
    /// A leap second (23:59:60 UTC on the last day of a month, ITU-R TF.460) becomes the last microsecond of the second before it, because
    /// neither .NET nor PostgreSQL has a time for it.
    /// </remarks>
    /// <param name="text">UTF-8 text with up to 9 fractional digits; digits below a microsecond are cut off.</param>
    /// <param name="microseconds">Microseconds since 2000-01-01T00:00:00Z (see <see cref="Timestamps"/>); the years 1 to 9999 in UTC.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return false;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > LeapSecond) return false;

        var rest = text[19..];
        if (!TryTakeFraction(ref rest, out var fraction) || !TryParseOffset(rest, out var offset)) return false;
        var ticks = new DateTime(year, month, day, hour, minute, Math.Min(second, LeapSecond - 1)).Ticks - (offset * TimeSpan.TicksPerMinute);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        var utc = new DateTime(ticks, DateTimeKind.Utc);
        if (second == LeapSecond)
        {
            if (!EndsMonth(utc)) return false;
            fraction = 999_999;
        }

        microseconds = Timestamps.ToMicroseconds(utc) + fraction;
        return true;
    }

    /// <summary>Writes a time in UTC, with as many fractional digits as it has.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);

    private static bool EndsMonth(DateTime utc) =>
        utc.Day == DateTime.DaysInMonth(utc.Year, utc.Month) && utc.TimeOfDay == new TimeSpan(23, 59, 59);

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> rest, out int microseconds)
    {
        microseconds = 0;
        if (rest[0] != '.') return true;
        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 9) return false;
        var kept = Math.Min(digits, 6);
        microseconds = Number(rest[1..(kept + 1)]) * _microseconds[kept];
        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [(byte)'Z' or (byte)'z']) return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        var (hour, minute) = (Number(text[1..3]), Number(text[4..]));
        if (hour is < 0 or > 23 || minute is < 0 or > 59) return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>Parses digits; -1 for anything else.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            number = (number * 10) + digit - '0';
        }

        return number;
    }
}
