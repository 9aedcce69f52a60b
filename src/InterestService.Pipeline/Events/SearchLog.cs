namespace InterestService.Pipeline.Events;

/// <summary>
/// Searches of the users of an <see cref="EventLog"/>, in addition to their events on items: those of user <c>u</c> are
/// <c>Offsets[u] .. Offsets[u + 1]</c>, by time.
/// </summary>
/// <param name="Offsets"><c>[users + 1]</c>.</param>
/// <param name="Texts">Different queries, <c>[queries]</c>.</param>
/// <param name="TypeNames">Event types of searches, <c>[types]</c>.</param>
/// <param name="OriginNames">Where searches come from, <c>[origins]</c>.</param>
/// <param name="Queries">Index into <paramref name="Texts"/>, <c>[searches]</c>.</param>
/// <param name="Types">Index into <paramref name="TypeNames"/>, <c>[searches]</c>.</param>
/// <param name="Origins">Index into <paramref name="OriginNames"/>, <c>[searches]</c>.</param>
/// <param name="Times">Milliseconds since 1970-01-01 UTC, <c>[searches]</c>.</param>
public sealed record SearchLog(
    int[] Offsets, string[] Texts, string[] TypeNames, EventOrigin[] OriginNames, int[] Queries, int[] Types, int[] Origins, long[] Times)
{
    /// <summary>Copies the searches of some of the users, in the order of <paramref name="users"/>.</summary>
    internal SearchLog Select(IReadOnlyList<int> users)
    {
        int[] offsets = new int[users.Count + 1];
        for (int i = 0; i < users.Count; i++) offsets[i + 1] = offsets[i] + Offsets[users[i] + 1] - Offsets[users[i]];
        int[] kept = [.. users.SelectMany(user => Enumerable.Range(Offsets[user], Offsets[user + 1] - Offsets[user]))];
        return this with
        {
            Offsets = offsets,
            Queries = [.. kept.Select(search => Queries[search])],
            Types = [.. kept.Select(search => Types[search])],
            Origins = [.. kept.Select(search => Origins[search])],
            Times = [.. kept.Select(search => Times[search])],
        };
    }
}

/// <summary>Searches of users as a sparse matrix in CSR form.</summary>
/// <param name="Texts">Different queries, <c>[queries]</c>.</param>
/// <param name="RowOffsets"><c>[users + 1]</c>.</param>
/// <param name="Columns">Index into <paramref name="Texts"/>, ascending and once a user, <c>[entries]</c>.</param>
/// <param name="Weights">Positive, <c>[entries]</c>.</param>
public sealed record WeightedSearches(string[] Texts, int[] RowOffsets, int[] Columns, float[] Weights)
{
    /// <summary>Repeats the searches of one user for several users.</summary>
    internal WeightedSearches Repeat(int user, int times)
    {
        var row = RowOffsets[user]..RowOffsets[user + 1];
        int length = RowOffsets[user + 1] - RowOffsets[user];
        return this with
        {
            RowOffsets = [.. Enumerable.Range(0, times + 1).Select(i => i * length)],
            Columns = [.. Enumerable.Repeat(Columns[row], times).SelectMany(columns => columns)],
            Weights = [.. Enumerable.Repeat(Weights[row], times).SelectMany(weights => weights)],
        };
    }
}
