using InterestService.Pipeline.Numerics;

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
    /// <summary>The query of an event that has none.</summary>
    public const int NoQuery = -1;

    /// <summary>The event of each search in the log that it was loaded with, ascending, <c>[searches]</c>; empty once it is cleaned.</summary>
    public int[] Events { get; init; } = [];

    /// <summary>Returns the index of the search of an event; negative when the event is no search.</summary>
    internal int IndexOf(int e) => Array.BinarySearch(Events, e);

    /// <summary>Returns the index of the query of an event into <see cref="Texts"/>, or <see cref="NoQuery"/>.</summary>
    internal int QueryOf(int e) => IndexOf(e) is >= 0 and var search ? Queries[search] : NoQuery;

    /// <summary>Copies some of the searches, without unused names.</summary>
    /// <param name="offsets">Offsets into <paramref name="searches"/>, <c>[users + 1]</c>.</param>
    /// <param name="searches">Indexes of searches, each user's by time.</param>
    internal SearchLog Pick(int[] offsets, IReadOnlyList<int> searches)
    {
        int[] queries = [.. searches.Select(search => Queries[search])], types = [.. searches.Select(search => Types[search])];
        int[] origins = [.. searches.Select(search => Origins[search])];
        return new SearchLog(
            offsets, Vocabularies.Compact(queries, Texts, StringComparer.Ordinal), Vocabularies.Compact(types, TypeNames, StringComparer.Ordinal),
            Vocabularies.Compact(origins, OriginNames, EventOrigin.Comparer), queries, types, origins, [.. searches.Select(search => Times[search])]);
    }
}

/// <summary>Searches of users as a sparse matrix in CSR form.</summary>
/// <param name="Texts">Different queries, <c>[queries]</c>.</param>
/// <param name="RowOffsets"><c>[users + 1]</c>.</param>
/// <param name="Columns">Index into <paramref name="Texts"/>, ascending and once a user, <c>[entries]</c>.</param>
/// <param name="Weights">Positive, <c>[entries]</c>.</param>
public sealed record WeightedSearches(string[] Texts, int[] RowOffsets, int[] Columns, float[] Weights)
{
    /// <summary>Returns a copy of the weights of some users as a matrix, <c>[users x queries]</c>; disposed by the caller.</summary>
    internal SparseRows ToSparseRows(int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++) offsets[row + 1] = offsets[row] + RowOffsets[users[row] + 1] - RowOffsets[users[row]];
        int[] entries = [.. users.SelectMany(user => Enumerable.Range(RowOffsets[user], RowOffsets[user + 1] - RowOffsets[user]))];
        return new SparseRows(Texts.Length, offsets, [.. entries.Select(entry => Columns[entry])], [.. entries.Select(entry => Weights[entry])]);
    }

    /// <summary>Creates a user for each of some entries, who has searched for nothing else.</summary>
    internal WeightedSearches Single(int[] entries) => this with
    {
        RowOffsets = [.. Enumerable.Range(0, entries.Length + 1)],
        Columns = [.. entries.Select(entry => Columns[entry])],
        Weights = [.. entries.Select(entry => Weights[entry])],
    };

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
