using System.Numerics.Tensors;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Publishing.Models;

/// <summary>Places users by the model of a clustering.</summary>
internal static class Placements
{
    private const int MaxNamed = 5;

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
        for (int user = 0; user < set.UserCount; user++)
        {
            if (set.ActivityOf(user) < minimumItems) continue;
            var own = StoredMembership.Of(memberships, user);
            float[] vector = vectors.Row(user).ToArray();
            float distance = TensorPrimitives.Distance<float>(vector, model.Centroids.Row(own[0].Number.Index));
            placements.Add(new Placement(
                set.Events.UserIds[user], own[0].Number, reach.IsBeyond(own[0].Number, distance), distance, own, vector));
        }

        return placements;
    }

    /// <summary>Says why a model places a user by none of some events.</summary>
    /// <param name="model">The model.</param>
    /// <param name="items">Different items of the events.</param>
    /// <param name="newItems">Entries of items that the model does not know, see <see cref="NewItems"/>.</param>
    public static string WhyNone(TrainedModel model, string[] items, IReadOnlyDictionary<string, ItemDescription> newItems)
    {
        if (items.Length == 0 && !model.ReadsTexts) return $"No event is on an item, and the encoder '{model.EncoderName}' does not read searches.";
        string[] unknown = [.. items.Where(item => !model.Knows(item) && !newItems.ContainsKey(item))];
        if (unknown.Length < items.Length || items.Length == 0)
            return "The events on items that the model knows and the searches that it reads are in the future, have a type of weight 0, were undone, or express a dislike.";
        string more = unknown.Length > MaxNamed ? $" and {unknown.Length - MaxNamed} more" : "";
        return $"The model does not know these items: {string.Join(", ", unknown.Take(MaxNamed).Select(item => $"'{item}'"))}{more}.";
    }
}

