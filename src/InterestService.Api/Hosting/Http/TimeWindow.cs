using System.Text;
using InterestService.Api.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>A window of time that a caller asks for.</summary>
/// <param name="From">Inclusive start, in UTC; null for none.</param>
/// <param name="To">Exclusive end, in UTC; null for none.</param>
internal readonly record struct TimeWindow(DateTime? From, DateTime? To)
{
    /// <summary>Reads a window from the parameters <c>from</c> and <c>to</c> of a request.</summary>
    /// <param name="from">An RFC 3339 time; null for none.</param>
    /// <param name="to">An RFC 3339 time; null for none.</param>
    /// <param name="window">The window.</param>
    /// <returns>The problem with the parameters; null when there is none.</returns>
    public static ValidationProblem? Read(string? from, string? to, out TimeWindow window)
    {
        window = default;
        if (!TryRead(from, out var first)) return Problems.Invalid(nameof(from), Expected(from!));
        if (!TryRead(to, out var end)) return Problems.Invalid(nameof(to), Expected(to!));
        if (first >= end) return Problems.Invalid(nameof(from), $"Expected a time before 'to', found {from} and {to}.");
        window = new TimeWindow(first, end);
        return null;
    }

    /// <summary>Describes the problem with a text that is no time.</summary>
    public static string Expected(string found) => JsonFaults.Unexpected(Rfc3339.Expected, $"'{found}'");

    private static bool TryRead(string? text, out DateTime? time)
    {
        time = null;
        if (text is null) return true;
        bool valid = Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out long microseconds);
        if (valid) time = Timestamps.ToDateTime(microseconds);
        return valid;
    }
}
