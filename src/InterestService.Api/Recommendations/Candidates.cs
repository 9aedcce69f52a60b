using InterestService.Api.Publishing.Models;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Recommending;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>
/// The items that can be recommended: those of the published model and, where it reads texts, the latest of those whose texts arrived after the
/// events of the clustering. The indexes of new items follow those of the model.
/// </summary>
/// <param name="ClusteringId">The published clustering.</param>
/// <param name="ReadAt">When the new items were read.</param>
/// <param name="NewIds">External ids of new items.</param>
/// <param name="NewItems">Their catalogue entries.</param>
/// <param name="Vectors">Their vectors by the model, <c>[new items x dimensions]</c>; null when there are none.</param>
internal sealed record Candidates(
    Guid ClusteringId, DateTimeOffset ReadAt, string[] NewIds, ItemDescription[] NewItems, Matrix? Vectors)
{
    private readonly Dictionary<string, int> _new = NewIds.Index().ToDictionary(item => item.Item, item => item.Index);

    /// <summary>Scores of random pairs.</summary>
    public required ChanceScores Chance { get; init; }

    /// <summary>Returns the index of an item; <see cref="EventLog.NoItem"/> for one that cannot be recommended.</summary>
    public int IndexOf(TrainedModel model, string itemId) =>
        model.IndexOf(itemId) is not EventLog.NoItem and var item ? item : _new.TryGetValue(itemId, out int index) ? model.ItemIds.Count + index : EventLog.NoItem;

    public string IdOf(TrainedModel model, int item) => item < model.ItemIds.Count ? model.ItemIds[item] : NewIds[item - model.ItemIds.Count];

    /// <summary>Creates a scorer of all candidates.</summary>
    public ItemScorer Scorer(TrainedModel model) => Scorer(model, Vectors);

    /// <summary>Creates a scorer of the items of a model and of new items.</summary>
    public static ItemScorer Scorer(TrainedModel model, Matrix? newItems) => (set, users, scores) =>
    {
        if (newItems is null)
        {
            model.Encoder.Score(set, users, scores);
            return;
        }

        var (known, added) = (new Matrix(users.Length, model.ItemIds.Count), new Matrix(users.Length, newItems.Rows));
        model.Encoder.Score(set, users, known);
        ((ITextScorer)model.Encoder).Score(set, users, newItems, added);
        for (int row = 0; row < users.Length; row++)
        {
            known.Row(row).CopyTo(scores.Row(row));
            added.Row(row).CopyTo(scores.Row(row)[known.Columns..]);
        }
    };
}

/// <summary>Holds the candidates of the published clustering. New items are read again after a while.</summary>
internal sealed class PublishedCandidates(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    /// <summary>Maximum number of new items, the latest, which bounds what a text model has to encode: about 400 texts a second.</summary>
    private const int MaxNewItems = 400;

    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Candidates? _current;

    public async ValueTask<Candidates> GetAsync(PublishedModel.Lease published, CancellationToken cancellation)
    {
        if (Current(published) is { } current) return current;
        await _reading.WaitAsync(cancellation);
        try
        {
            return Current(published) ?? (_current = await ReadAsync(published, cancellation));
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private Candidates? Current(PublishedModel.Lease published) =>
        _current is { } known && known.ClusteringId == published.Snapshot.ClusteringId
            && (!published.Model.ReadsTexts || time.GetUtcNow() - known.ReadAt < _maxAge) ? known : null;

    private async Task<Candidates> ReadAsync(PublishedModel.Lease published, CancellationToken cancellation)
    {
        var (model, now) = (published.Model, time.GetUtcNow());
        var items = model.ReadsTexts ? await ReadNewAsync(published, cancellation) : [];
        string[] ids = [.. items.Select(item => item.Id)];
        ItemDescription[] descriptions = [.. items.Select(item => item.Item)];
        if (_current is { } before && before.ClusteringId == published.Snapshot.ClusteringId && before.NewIds.SequenceEqual(ids)
            && before.NewItems.Select(item => item.Text).SequenceEqual(descriptions.Select(item => item.Text)))
        {
            return before with { ReadAt = now };
        }

        var vectors = ids.Length == 0 ? null : ((ITextScorer)model.Encoder).EncodeTexts(descriptions, cancellation);
        var scorer = Candidates.Scorer(model, vectors);
        return new Candidates(published.Snapshot.ClusteringId, now, ids, descriptions, vectors)
        {
            Chance = ChanceScores.Compute(scorer, [.. model.ItemIds], model.ItemIds.Count + ids.Length),
        };
    }

    private async Task<List<(string Id, ItemDescription Item)>> ReadNewAsync(PublishedModel.Lease published, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT item_id, title, categories, {Catalogue.DescriptionSql} FROM items
            WHERE arrival >= ((SELECT loaded_batch FROM clusterings WHERE id = $1) + 1) << 20 AND {Catalogue.HasTextSql}
            ORDER BY arrival DESC, item_id
            """);
        query.Parameters.AddWithValue(published.Snapshot.ClusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var items = new List<(string Id, ItemDescription Item)>();
        while (items.Count < MaxNewItems && await reader.ReadAsync(cancellation))
        {
            if (!published.Model.Knows(reader.GetString(0)))
                items.Add((reader.GetString(0), Catalogue.Read(reader)));
        }

        return items;
    }
}
