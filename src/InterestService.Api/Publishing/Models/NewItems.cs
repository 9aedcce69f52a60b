using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>Catalogue entries of items that a model does not know, where it can read their texts.</summary>
internal static class NewItems
{
    /// <summary>Reads the entries of the unknown items of some events.</summary>
    /// <param name="database">The database; not asked where the model reads no texts or knows all items.</param>
    /// <param name="model">The model.</param>
    /// <param name="log">The events.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async ValueTask<IReadOnlyDictionary<string, ItemDescription>> ReadAsync(
        NpgsqlDataSource database, TrainedModel model, EventLog log, CancellationToken cancellation)
    {
        string[] unknown = model.ReadsTexts ? [.. log.ItemIds.Where(item => !model.Knows(item))] : [];
        return unknown.Length == 0 ? new Dictionary<string, ItemDescription>() : await Catalogue.ReadAsync(database, unknown, cancellation, descriptions: true);
    }
}
