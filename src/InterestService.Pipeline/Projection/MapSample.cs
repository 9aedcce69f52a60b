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
        int[] sample =
        [
            .. Enumerable.Range(0, userIds.Length).GroupBy(row => clusters[row]).SelectMany(cluster =>
            {
                int[] members = [.. cluster.OrderBy(row => draws[row]).ThenBy(row => userIds[row], StringComparer.Ordinal)];
                // The first of each cluster come before all others, which come by the fraction of their cluster that is shown before them.
                return members.Select((row, rank) => (Row: row, Order: rank < Minimum ? rank - Minimum : (double)rank / members.Length));
            }).OrderBy(user => user.Order).ThenBy(user => draws[user.Row]).ThenBy(user => userIds[user.Row], StringComparer.Ordinal)
            .Take(size).Select(user => user.Row),
        ];
        Array.Sort(sample);
        return sample;
    }
}
