using System.Numerics.Tensors;
using InterestService.Api.Storage;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Publishing.Models;

/// <summary>Where the published model puts a user whom its clustering did not have, as a row of <c>assignments</c> holds it.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClusterNumber">Of the nearest cluster, within the clustering.</param>
/// <param name="Noise">True when that is only the nearest one, and the user lies beyond all of its users.</param>
/// <param name="Distance">Of the vector to its centroid.</param>
/// <param name="Memberships">The most probable clusters, best first; the probabilities sum to 1.</param>
/// <param name="Vector"><c>[dimensions]</c>, unit length.</param>
internal sealed record Placement(
    string UserId, int ClusterNumber, bool Noise, float Distance, StoredMembership[] Memberships, float[] Vector)
{
    /// <summary>Places users by their events; those without an event that the model makes something of are left out.</summary>
    /// <param name="published">The model and the clustering that it belongs to.</param>
    /// <param name="log">All that is to be known of the users.</param>
    /// <param name="cancellation">Looked at between batches of users.</param>
    /// <param name="minimumItems">Users with fewer different items are left out.</param>
    public static List<Placement> Compute(PublishedModel.Lease published, EventLog log, CancellationToken cancellation, int minimumItems = 1)
    {
        using var set = published.Model.Prepare(log);
        var placements = new List<Placement>(set.UserCount);
        if (set.UserCount == 0) return placements;
        var vectors = published.Model.Encoder.Encode(set, cancellation);
        var memberships = published.Model.Join(vectors, set);
        int width = memberships.Width;
        int[] items = set.ItemCounts;
        for (int user = 0; user < set.UserCount; user++)
        {
            if (items[user] < minimumItems) continue;
            StoredMembership[] own =
                [.. Enumerable.Range(user * width, width).Select(at => new StoredMembership(memberships.Clusters[at] + 1, memberships.Probabilities[at]))];
            float[] vector = vectors.Row(user).ToArray();
            float distance = TensorPrimitives.Distance<float>(vector, published.Model.Centroids.Row(own[0].Number - 1));
            placements.Add(new Placement(
                set.Events.UserIds[user], own[0].Number, published.Snapshot.IsBeyond(own[0].Number, distance), distance, own, vector));
        }

        return placements;
    }
}

/// <summary>A user who was placed after the published clustering's own run.</summary>
/// <param name="Placement">Where.</param>
/// <param name="Aliases">Other ids of the person.</param>
/// <param name="AssignedAt">When.</param>
/// <param name="Increment">The number of the increment that it came with.</param>
internal sealed record IncrementalUser(Placement Placement, string[] Aliases, DateTime AssignedAt, long Increment);
