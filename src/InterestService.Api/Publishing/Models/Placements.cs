using System.Numerics.Tensors;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Models;

/// <summary>Places users by the model of a clustering.</summary>
internal static class Placements
{
    /// <summary>Places users by their events; users without an event that the model knows are excluded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reach">From where on the users of its clusters are noise.</param>
    /// <param name="log">The events of the users.</param>
    /// <param name="newItems">Entries of items that the model does not know, see <see cref="NewItems"/>.</param>
    /// <param name="cancellation">Checked between batches of users.</param>
    /// <param name="minimumItems">Users with fewer distinct items and queries are excluded.</param>
    public static List<Placement> Compute(
        TrainedModel model, ClusterReach reach, EventLog log, IReadOnlyDictionary<string, ItemDescription> newItems, CancellationToken cancellation,
        int minimumItems = 1)
    {
        using var set = model.Prepare(log, newItems);
        var placements = new List<Placement>(set.UserCount);
        if (set.UserCount == 0) return placements;
        var vectors = model.Encode(set, cancellation);
        var memberships = model.Join(vectors, set);
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
            float distance = TensorPrimitives.Distance<float>(vector, model.Centroids.Row(own[0].Number.Index));
            placements.Add(new Placement(
                set.Events.UserIds[user], own[0].Number, reach.IsBeyond(own[0].Number, distance), distance, own, vector));
        }

        return placements;
    }
}

