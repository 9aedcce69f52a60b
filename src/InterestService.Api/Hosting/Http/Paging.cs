using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>A page of a list.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; null: this is the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// Limits and opaque cursors of lists. A cursor is the key of a page's last row behind a checksum of that key and of the list's path, so that
/// what this list never gave is refused instead of taken for a key.
/// </summary>
internal static class Paging
{
    public const int DefaultLimit = 20;
    private const int MaxLimit = 1000;
    private const int MaxCursor = 4096;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses the key of a row.</summary>
    public delegate bool KeyParser<T>(string key, out T position);

    public static ValidationProblem? Check(int limit) => limit is >= 1 and <= MaxLimit
        ? null
        : Problems.Invalid("limit", $"Expected 1 to {MaxLimit}, found {limit}.");

    /// <summary>Creates a page from up to <paramref name="limit"/> + 1 rows; the extra row tells that another page follows.</summary>
    public static Page<TResult> ToPage<T, TResult>(
        HttpContext http, IReadOnlyList<T> rows, int limit, Func<T, TResult> convert, Func<T, string> key) => new(
        [.. rows.Take(limit).Select(convert)],
        rows.Count > limit ? Encode(http, key(rows[limit - 1])) : null);

    /// <summary>Reads the position that a cursor of this list means.</summary>
    /// <param name="http">The request, whose path names the list.</param>
    /// <param name="cursor">What the caller sent; null or empty: the position is <paramref name="first"/>.</param>
    /// <param name="first">The position before the first row.</param>
    /// <param name="parse">Parses a key.</param>
    /// <param name="position">The position.</param>
    /// <returns>False when the list has not given this cursor.</returns>
    public static bool TryRead<T>(HttpContext http, string? cursor, T first, KeyParser<T> parse, out T position)
    {
        position = first;
        return string.IsNullOrEmpty(cursor) || (TryDecode(http, cursor, out string key) && parse(key, out position));
    }

    /// <summary>Takes a key as it is.</summary>
    public static bool Text(string key, out string position)
    {
        position = key;
        return true;
    }

    public static ValidationProblem BadCursor() => Problems.Invalid("cursor", "Expected a nextCursor of this list.");

    private static string Encode(HttpContext http, string key)
    {
        byte[] text = _utf8.GetBytes(key);
        return Base64Url.EncodeToString([.. Checksum(http, text), .. text]);
    }

    private static bool TryDecode(HttpContext http, string cursor, out string key)
    {
        key = "";
        if (cursor.Length > MaxCursor || !Base64Url.IsValid(cursor, out int length) || length < sizeof(ulong)) return false;
        byte[] decoded = Base64Url.DecodeFromChars(cursor);
        var text = decoded.AsSpan(sizeof(ulong));
        if (!Checksum(http, text).AsSpan().SequenceEqual(decoded.AsSpan(0, sizeof(ulong)))) return false;
        try
        {
            key = _utf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return false; // the checksum is no secret
        }

        return StorableText.Check(key);
    }

    private static byte[] Checksum(HttpContext http, ReadOnlySpan<byte> key)
    {
        var hash = new XxHash64();
        hash.Append(Encoding.UTF8.GetBytes(http.Request.Path.ToString().TrimEnd('/').ToUpperInvariant()));
        hash.Append([0]);
        hash.Append(key);
        return hash.GetCurrentHash();
    }
}
