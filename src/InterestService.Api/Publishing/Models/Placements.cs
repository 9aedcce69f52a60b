using System.Numerics.Tensors;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Models;

/// <summary>Places users by the published model.</summary>
internal static class Placements
{
    /// <summary>Places users by their events; users without an event that the model knows are excluded.</summary>
    /// <param name="published">The model and the clustering that it belongs to.</param>
    /// <param name="log">The events of the users.</param>
    /// <param name="newItems">Entries of items that the model does not know, see <see cref="NewItems"/>.</param>
    /// <param name="cancellation">Checked between batches of users.</param>
    /// <param name="minimumItems">Users with fewer distinct items and queries are excluded.</param>
    public static List<Placement> Compute(
        PublishedModel.Lease published, EventLog log, IReadOnlyDictionary<string, ItemDescription> newItems, CancellationToken cancellation,
        int minimumItems = 1)
    {
        using var set = published.Model.Prepare(log, newItems);
        var placements = new List<Placement>(set.UserCount);
        if (set.UserCount == 0) return placements;
        var vectors = published.Model.Encode(set, cancellation);
        var memberships = published.Model.Join(vectors, set);
        int width = memberships.Width;
        int[] activity = set.Activity;
        for (int user = 0; user < set.UserCount; user++)
        {
            if (activity[user] < minimumItems) continue;
            StoredMembership[] own =
            [
                .. Enumerable.Range(user * width, width)
                    .Select(at => new StoredMembership(ClusterNumber.FromIndex(memberships.Clusters[at]), memberships.Probabilities[at])),
            ];
            float[] vector = vectors.Row(user).ToArray();
            float distance = TensorPrimitives.Distance<float>(vector, published.Model.Centroids.Row(own[0].Number.Index));
            placements.Add(new Placement(
                set.Events.UserIds[user], own[0].Number, published.Snapshot.IsBeyond(own[0].Number, distance), distance, own, vector));
        }

        return placements;
    }
}

