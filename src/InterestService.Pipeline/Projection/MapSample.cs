using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Projection;

/// <summary>
/// A stratified sample of users: every cluster has the same fraction of its users, so that the sample is as dense as all users are, and a minimum, so
/// that no cluster is missing. It depends on the ids, not on their order, so that later clusterings sample mostly the same users.
/// </summary>
internal static class MapSample
{
    /// <summary>Users of a cluster that are shown before the others get their share.</summary>
    private const int Minimum = 10;

    /// <param name="userIds">Different ids, <c>[users]</c>.</param>
    /// <param name="clusters">Cluster of each user, any number, <c>[users]</c>.</param>
    /// <param name="size">Maximum number of users; the sample has fewer only if there are fewer.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>Rows, ascending.</returns>
    public static int[] Draw(string[] userIds, int[] clusters, int size, int seed)
    {
        if (userIds.Length <= size) return [.. Enumerable.Range(0, userIds.Length)];
        ulong[] draws = Array.ConvertAll(userIds, id => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), seed));
        int[] order = [.. Enumerable.Range(0, userIds.Length)];
        Array.Sort(order, (a, b) => clusters[a] != clusters[b] ? clusters[a].CompareTo(clusters[b]) : Compare(a, b));
        double[] turns = new double[userIds.Length];
        for (int first = 0, end; first < order.Length; first = end)
        {
            for (end = first; end < order.Length && clusters[order[end]] == clusters[order[first]];) end++;
            // The first of each cluster come before all others, who come by the fraction of their cluster that comes before them.
            for (int rank = 0; rank < end - first; rank++) turns[order[first + rank]] = rank < Minimum ? rank - Minimum : (double)rank / (end - first);
        }

        Array.Sort(order, (a, b) => turns[a] != turns[b] ? turns[a].CompareTo(turns[b]) : Compare(a, b));
        int[] sample = order[..size];
        Array.Sort(sample);
        return sample;

        int Compare(int a, int b) => draws[a] != draws[b] ? draws[a].CompareTo(draws[b]) : string.CompareOrdinal(userIds[a], userIds[b]);
    }
}
