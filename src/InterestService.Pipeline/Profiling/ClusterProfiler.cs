using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>Explains clusters by what their users do more often than others.</summary>
public static class ClusterProfiler
{
    private const int MedoidCount = 3;

    /// <summary>Profiles and names every cluster.</summary>
    /// <param name="set">Users and items; what users search for counts as the title of one more item.</param>
    /// <param name="catalogue">What is known of each item, <c>[items]</c>.</param>
    /// <param name="vectors">User vectors of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="labels">Cluster of each user, from 0; every cluster has one; <c>[users]</c>.</param>
    /// <param name="telling">The same, -1 for users who belong to the cluster but count in no share; every cluster has one who does; <c>[users]</c>.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    /// <param name="communityOf">Community of each item, from 0, -1 for an item without one, <c>[items]</c>. Default: there are none.</param>
    public static ProfiledClusters Describe(
        InteractionSet set, IReadOnlyList<ItemDescription> catalogue, Matrix vectors, int[] labels, int[] telling, Matrix centroids, int[]? communityOf = null)
    {
        int clusters = centroids.Rows;
        using var users = set.Searches is null ? set.ToSparseRows() : set.ToSparseRows(set.AllUsers()).Beside(set.Searches.ToSparseRows(set.AllUsers()));
        int[][] members = [.. Enumerable.Range(0, clusters).Select(_ => Array.Empty<int>())];
        foreach (var group in Enumerable.Range(0, labels.Length).Where(user => telling[user] >= 0).GroupBy(user => telling[user])) members[group.Key] = [.. group];
        int[] sizes = new int[clusters];
        foreach (int cluster in labels) sizes[cluster]++;
        float[] cosines = [.. Enumerable.Range(0, labels.Length).Select(user => TensorPrimitives.Dot<float>(vectors.Row(user), centroids.Row(labels[user])))];

        var features = new CatalogueFeatures(set.Events.ItemIds, catalogue, set.Searches?.Texts ?? []);
        var communities = communityOf is null ? null : Communities.Describe(set, communityOf, features);
        var attention = communities?.Count(users, members);
        var tables = new InterestTables(features, users, members);
        ClusterProfile[] profiles = [.. Enumerable.Range(0, clusters).Select(c => tables.Profile(c, Medoids(c)) with
        {
            TopCommunities = attention is null ? [] : communities!.Top(attention.Of(c)),
        })];

        int[] bySize = [.. Enumerable.Range(0, clusters).OrderByDescending(c => sizes[c])];
        string[] names = new ClusterLabels(features.Forms).Choose([.. bySize.Select(c => profiles[c])]);
        ClusterDescription[] descriptions = [.. Enumerable.Range(0, clusters).Select(c => new ClusterDescription(
            ClusterNumber.FromIndex(c), names[Array.IndexOf(bySize, c)], sizes[c], (double)sizes[c] / labels.Length,
            members[c].Average(user => (double)cosines[user]), centroids.Row(c).ToArray(), profiles[c]))];
        return new ProfiledClusters(
            descriptions, [.. tables.Population, .. attention?.Population ?? []], communities?.Items(set.Events.ItemIds) ?? []);

        string[] Medoids(int c) =>
            [.. members[c].OrderByDescending(user => cosines[user]).ThenBy(user => user).Take(MedoidCount).Select(user => set.Events.UserIds[user])];
    }
}
