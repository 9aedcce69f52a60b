using System.Globalization;
using InterestService.Api.Publishing.Snapshots;

namespace InterestService.Api.Publishing.Serving;

/// <summary>
/// What a caller has seen of publications: the ETags in <c>If-None-Match</c>. Of several processes one reads a publication a moment before
/// another. A caller whose request tells a later publication than a process has read gets no answer from before it, so that what a caller reads
/// never goes back, whichever process answers.
/// </summary>
internal static class SeenPublication
{
    private const int IdLength = 32, MinCounts = 3, MaxCounts = 4;

    /// <summary>Returns whether the caller has seen a later publication than a snapshot includes; allocates nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="snapshot">The snapshot; null while nothing is published.</param>
    public static bool IsLater(HttpRequest request, Snapshot? snapshot)
    {
        foreach (string? tags in request.Headers.IfNoneMatch)
            if (IsLater(tags, snapshot)) return true;
        return false;
    }

    private static bool IsLater(ReadOnlySpan<char> tags, Snapshot? snapshot)
    {
        foreach (var range in tags.Split(','))
        {
            var tag = tags[range].Trim();
            if (tag.StartsWith("W/")) tag = tag[2..];
            if (IsLaterTag(tag.Trim('"'), snapshot)) return true;
        }

        return false;
    }

    /// <summary>Reads a tag as <see cref="Snapshot"/> writes it: the id of the clustering and up to four counts, none of which ever falls.</summary>
    private static bool IsLaterTag(ReadOnlySpan<char> tag, Snapshot? snapshot)
    {
        if (tag.Length <= IdLength || tag[IdLength] != '-' || !Guid.TryParseExact(tag[..IdLength], "N", out _)) return false;
        Span<long> known = [snapshot?.Publication.Version ?? -1, snapshot?.Publication.People ?? -1, snapshot?.Publication.Names ?? -1, snapshot?.Increments ?? -1];
        var counts = tag[(IdLength + 1)..];
        int read = 0;
        bool later = false;
        foreach (var range in counts.Split('-'))
        {
            if (read == MaxCounts || !long.TryParse(counts[range], NumberStyles.None, CultureInfo.InvariantCulture, out long count)) return false;
            later |= count > known[read++];
        }

        return later && read >= MinCounts;
    }
}
