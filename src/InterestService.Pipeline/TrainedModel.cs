using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// A trained encoder with its context in training (items, event types, cleaning, weights), so that new users can be encoded.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    private readonly ModelHeader _header;
    private readonly Dictionary<string, int> _items;
    private readonly MembershipCalibration _calibration;

    private TrainedModel(ModelHeader header, IUserEncoder encoder)
    {
        _header = header;
        _items = header.ItemIds.Index().ToDictionary(item => item.Item, item => item.Index);
        Encoder = encoder;
        Centroids = new Matrix(header.Centroids.Length, header.Centroids[0].Length, [.. header.Centroids.SelectMany(centroid => centroid)]);
        _calibration = new MembershipCalibration(header.Memberships);
    }

    public IUserEncoder Encoder { get; }

    /// <summary>External ids of the items of the training, <c>[items]</c>.</summary>
    public IReadOnlyList<string> ItemIds => _header.ItemIds;

    /// <summary>Name of the encoder.</summary>
    public string EncoderName => _header.Encoder;

    /// <summary>Whether the encoder reads what users search for and the titles of items that the model does not know.</summary>
    public bool ReadsTexts => Encoder is ITextScorer;

    public bool Knows(string itemId) => _items.ContainsKey(itemId);

    /// <summary>Centroids of the clusters of the same run, <c>[clusters x dimensions]</c>.</summary>
    public Matrix Centroids { get; }

    /// <summary>Returns the index of an item into <see cref="ItemIds"/>; <see cref="EventLog.NoItem"/> when the model does not know it.</summary>
    public int IndexOf(string itemId) => _items.GetValueOrDefault(itemId, EventLog.NoItem);

    /// <summary>Computes the probable clusters of some users, in the same way as those of the clustering.</summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encoder"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    public Memberships Join(Matrix vectors, InteractionSet set) =>
        Memberships.Compute(vectors, set.Activity, Centroids, _calibration, threads: 1, CancellationToken.None);

    /// <summary>
    /// Computes the logarithm of the odds of one cluster against all others, <c>[users]</c>. It still rises where the probability is nearly 1.
    /// </summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encoder"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    /// <param name="cluster">Row of <see cref="Centroids"/>.</param>
    public double[] LogOdds(Matrix vectors, InteractionSet set, int cluster) =>
        Memberships.LogOdds(vectors, set.Activity, Centroids, _calibration, cluster);

    /// <summary>Reads the model of a pipeline's result.</summary>
    /// <param name="content">Content of <see cref="PipelineResult.Model"/>, of this version or an earlier one.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Maximum number of threads at a time.</param>
    /// <exception cref="InvalidDataException">The content is cut off or not a model.</exception>
    public static TrainedModel Read(byte[] content, string device, int threads)
    {
        using var stream = new MemoryStream(content);
        var header = ModelHeader.Read(stream);
        if (!Encoders.Names.Contains(header.Encoder)) throw new InvalidDataException($"The content is a model of an unknown encoder, '{header.Encoder}'.");
        var shape = new EncoderShape(header.ItemIds.Length, header.TypeNames, device, threads);
        return new TrainedModel(header, Encoders.Named(header.Encoder).Load(stream, shape, header.Options));
    }

    /// <summary>Writes the <see cref="ModelHeader"/>, then the encoder.</summary>
    internal static byte[] Write(
        PipelineOptions options, InteractionSet trained, IUserEncoder encoder, Matrix centroids, MembershipCalibration calibration)
    {
        using var stream = new MemoryStream();
        ModelHeader.Create(options, trained.Events, centroids, calibration).Write(stream);
        encoder.Save(stream);
        return stream.ToArray();
    }

    /// <summary>
    /// Cleans and weights events of any users for the encoder. Events on unknown items are excluded unless the encoder can read their texts,
    /// as it reads queries; so are users without other events.
    /// </summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <param name="newItems">What is known of items that the model does not know. Default: nothing.</param>
    /// <returns>A set of its own, which the caller owns.</returns>
    public InteractionSet Prepare(EventLog log, IReadOnlyDictionary<string, ItemDescription>? newItems = null)
    {
        if (newItems is { Count: > 0 } && ReadsTexts)
        {
            using var described = Describe(log, newItems);
            return Prepare(described);
        }

        int[] known = [.. log.ItemIds.Select(IndexOf)];
        var cleaning = new CleaningOptions
        {
            TypeWeights = new Dictionary<string, float>(_header.TypeWeights, StringComparer.OrdinalIgnoreCase),
            SourceWeights = new Dictionary<string, float>(_header.SourceWeights, StringComparer.OrdinalIgnoreCase),
            FeedbackWeight = _header.FeedbackWeight,
            RepeatWindow = _header.RepeatWindow,
            // Rules that need many users do not apply.
            MinimumItemUsers = 1,
            MinimumUserItems = 1,
            RobotMinimumRate = double.MaxValue,
        };
        using Column<int> items = [.. log.Items.Select(item => item == EventLog.NoItem || known[item] == EventLog.NoItem ? EventLog.NoItem : item)];
        var (clean, _) = EventCleaner.Clean(log with { Items = items }, cleaning, Encoders.UseOf([_header.Encoder]));
        foreach (ref int item in clean.Items.Span) item = IndexOf(clean.ItemIds[item]);
        return InteractionWeighting.Apply(
            clean with { ItemIds = _header.ItemIds }, cleaning, _header.Weighting, Math.Max(_header.LastEvent, clean.LastTime));
    }

    public void Dispose() => Encoder.Dispose();

    /// <summary>Replaces events on new items by searches for their texts.</summary>
    private EventLog Describe(EventLog log, IReadOnlyDictionary<string, ItemDescription> newItems)
    {
        string?[] texts = [.. log.ItemIds.Select(id => Knows(id) ? null : newItems.GetValueOrDefault(id)?.Text)];
        var builder = new EventLogBuilder();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                int item = log.Items[e];
                string? query = log.Searches?.QueryOf(e) is >= 0 and var known ? log.Searches.Texts[known] : null;
                string? text = item == EventLog.NoItem ? null : texts[item];
                builder.Add(
                    log.UserIds[user], item == EventLog.NoItem || text is not null ? null : log.ItemIds[item], log.TypeNames[log.Types[e]],
                    log.Times[e], text ?? query, log.OriginNames[log.OriginOf(e)]);
            }
        }

        return builder.Build();
    }
}
