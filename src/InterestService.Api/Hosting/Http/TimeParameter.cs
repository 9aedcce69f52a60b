using System.Text;
using InterestService.Api.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>Times in queries: RFC 3339 with an offset, as in bodies.</summary>
internal static class TimeParameter
{
    /// <summary>Reads a time.</summary>
    /// <param name="text">What the caller sent; null: no time.</param>
    /// <param name="time">The time in UTC, to the microsecond.</param>
    /// <returns>False when the text is no time.</returns>
    public static bool TryRead(string? text, out DateTime? time)
    {
        time = null;
        if (text is null) return true;
        bool valid = Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out long microseconds);
        if (valid) time = Timestamps.ToDateTime(microseconds);
        return valid;
    }

    /// <summary>Creates the answer to a text that is no time.</summary>
    public static ValidationProblem Expected(string field, string found) =>
        Problems.Invalid(field, $"Expected an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z, found '{found}'.");
}
