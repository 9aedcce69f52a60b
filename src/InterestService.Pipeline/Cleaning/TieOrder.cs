using System.IO.Hashing;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Orders events of a user that share a time. Those of one time of day are a basket or a page, and the order in which they arrived says in
/// which order they happened; those of one date without a time of day are in no order, and neither are any for an encoder that reads none.
/// These are ordered by a hash of what they say, so that the order of an upload does not decide. A hash, unlike the ids, puts no item first
/// or last everywhere.
/// </summary>
internal static class TieOrder
{
    /// <summary>Returns the events of a log by user, time and the order of ties; empty where that is the order of the log.</summary>
    /// <param name="log">Events by user, time and arrival.</param>
    /// <param name="dates">Tells dates from times of day.</param>
    /// <param name="byArrival">Whether events at one time of day keep the order of their arrival.</param>
    /// <returns>Indexes of events, <c>[events]</c>; the caller owns the column.</returns>
    public static Column<int> Find(EventLog log, DateStamps dates, bool byArrival)
    {
        Hashes? hashes = null;
        Column<int> order = [];
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            int end = log.UserOffsets[user + 1];
            for (int first = log.UserOffsets[user], last; first < end; first = last)
            {
                bool ordered = byArrival;
                for (last = first; last < end && log.Times[last] == log.Times[first]; last++)
                    ordered &= !dates.IsDate(log.OriginOf(last), log.Times[last]);
                if (ordered || last - first == 1) continue;
                hashes ??= new Hashes(log);
                if (order.Length == 0) order = Ascending(log.EventCount);
                ulong[] keys = [.. Enumerable.Range(first, last - first).Select(e => hashes.Of(user, e))];
                MemoryExtensions.Sort(keys.AsSpan(), order.Span[first..last]);
            }
        }

        return order;
    }

    private static Column<int> Ascending(int count)
    {
        var order = new Column<int>(count);
        for (int i = 0; i < count; i++) order[i] = i;
        return order;
    }

    /// <summary>Hashes of events by their ids, which do not depend on the indexes.</summary>
    private sealed class Hashes(EventLog log)
    {
        private readonly ulong[] _items = [.. log.ItemIds.Select(id => Hash(id))];
        private readonly ulong[] _types = [.. log.TypeNames.Select(id => Hash(id))];
        private readonly ulong[] _origins = [.. log.OriginNames.Select(origin => Hash(origin.Source) + (origin.FromRecommendation ? 1ul : 0))];
        private readonly ulong[] _queries = [.. (log.Searches?.Texts ?? []).Select(text => Hash(text))];

        public ulong Of(int user, int e)
        {
            int item = log.Items[e], query = log.Searches?.QueryOf(e) ?? SearchLog.NoQuery;
            return XxHash3.HashToUInt64(MemoryMarshal.AsBytes<ulong>(
            [
                Hash(log.UserIds[user]), (ulong)log.Times[e], item == EventLog.NoItem ? 0 : _items[item], _types[log.Types[e]],
                _origins[log.OriginOf(e)], query == SearchLog.NoQuery ? 0 : _queries[query],
            ]));
        }

        private static ulong Hash(string? text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
