using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Publishing;

/// <summary>
/// Margins by which a clustering may be worse than the published one and still be published automatically, in addition to twice the standard
/// error of the difference, where that is known. Section <c>InterestService:PublishMargins</c>.
/// </summary>
internal sealed class PublishMargins
{
    public const string Subsection = "PublishMargins";

    /// <summary>Default .05.</summary>
    [Range(0, 2)]
    public double Silhouette { get; set; } = .05;

    /// <summary>Margin of the encoder's recall@10. Default .02.</summary>
    [Range(0, 1)]
    public double RecallAt10 { get; set; } = .02;

    /// <summary>Default .1.</summary>
    [Range(0, 2)]
    public double Stability { get; set; } = .1;
}

/// <summary>Prevents the automatic publishing of a clustering that is worse than the published one.</summary>
internal static class PublishGates
{
    /// <summary>Compares with the clustering that is published in the transaction.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="id">The clustering to be published.</param>
    /// <param name="found">Its metrics.</param>
    /// <param name="margins">How much worse it may be.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>
    /// A gate for each metric that both clusterings have and that can be compared; none when nothing is published. A recall of too few held-out items does
    /// not pass the gate of one of enough, however high it is, and is no gate itself once it is published.
    /// </returns>
    public static async Task<IReadOnlyList<PublishGate>> CheckAsync(
        NpgsqlConnection connection, Guid id, ClusteringMetrics found, PublishMargins margins, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT published.metrics, (published.encoder, published.request ->> 'algorithm', published.request ->> 'clusters', published.request -> 'parameters' ->> 'dimensions')
                IS NOT DISTINCT FROM (own.encoder, own.request ->> 'algorithm', own.request ->> 'clusters', own.request -> 'parameters' ->> 'dimensions')
            FROM publication JOIN clusterings published ON published.id = clustering_id JOIN clusterings own ON own.id = $1
            WHERE published.metrics IS NOT NULL
            """, connection);
        query.Parameters.AddWithValue(id);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? Check(JsonSerializer.Deserialize<ClusteringMetrics>(reader.GetString(0), InterestDbContext.JsonOptions)!, found, reader.GetBoolean(1), margins)
            : [];
    }

    /// <param name="published">Metrics of the published clustering.</param>
    /// <param name="found">Metrics of the clustering to be published.</param>
    /// <param name="sameSpace">
    /// Whether both have the same encoder, algorithm, number of clusters and dimensions. Silhouettes of different spaces cannot be compared:
    /// they measure distances in each of them.
    /// </param>
    /// <param name="margins">How much worse it may be.</param>
    public static IReadOnlyList<PublishGate> Check(ClusteringMetrics published, ClusteringMetrics found, bool sameSpace, PublishMargins margins)
    {
        var gates = new List<PublishGate>();
        if (sameSpace) Add("silhouette", margins.Silhouette, m => m.Silhouette, m => m.SilhouetteStandardError, _ => true);
        Add("recallAt10", margins.RecallAt10, m => m.RecallAt10, m => m.RecallAt10StandardError, m => m.RankingSampleSize >= HeldOutItems.Enough);
        Add("stability", margins.Stability, m => m.Stability, m => m.StabilityStandardError, _ => true);
        return gates;

        void Add(string name, double margin, Func<ClusteringMetrics, double?> figure, Func<ClusteringMetrics, double?> standardError, Func<ClusteringMetrics, bool> enough)
        {
            if (figure(published) is not { } before || figure(found) is not { } now || !enough(published)) return;
            double error = Math.Sqrt(Math.Pow(standardError(published) ?? 0, 2) + Math.Pow(standardError(found) ?? 0, 2));
            double least = before - margin - 2 * error;
            gates.Add(new PublishGate(name, before, now, least, now >= least && enough(found)));
        }
    }
}
