using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>A page of a list.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; null: this is the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Limits and opaque cursors of lists.</summary>
internal static class Paging
{
    public const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public static ValidationProblem? Check(int limit) => limit is >= 1 and <= MaxLimit
        ? null
        : Problems.Invalid("limit", $"Expected 1 to {MaxLimit}, found {limit}.");

    /// <summary>Creates a page from up to <paramref name="limit"/> + 1 rows; the extra row tells that another page follows.</summary>
    public static Page<TResult> ToPage<T, TResult>(IReadOnlyList<T> rows, int limit, Func<T, TResult> convert, Func<T, string> key) => new(
        [.. rows.Take(limit).Select(convert)],
        rows.Count > limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key(rows[limit - 1]))) : null);

    /// <summary>Returns the key in a cursor; null when the text is not a cursor.</summary>
    public static string? Decode(string cursor) =>
        Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : null;

    public static ValidationProblem BadCursor() => Problems.Invalid("cursor", "Expected a nextCursor of this list.");
}
