using System.Numerics.Tensors;
using System.Text.Json;
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
    private readonly Header _header;
    private readonly Dictionary<string, int> _items;
    private readonly MembershipCalibration _calibration;

    private TrainedModel(Header header, IUserEncoder encoder)
    {
        _header = header;
        _items = header.ItemIds.Index().ToDictionary(item => item.Item, item => item.Index);
        Encoder = encoder;
        Centroids = new Matrix(header.Centroids.Length, header.Options.Dimensions, [.. header.Centroids.SelectMany(centroid => centroid)]);
        _calibration = new MembershipCalibration(header.Memberships);
    }

    public IUserEncoder Encoder { get; }

    /// <summary>External ids of the items of the training, <c>[items]</c>.</summary>
    public IReadOnlyList<string> ItemIds => _header.ItemIds;

    public bool Knows(string itemId) => _items.ContainsKey(itemId);

    /// <summary>Centroids of the clusters of the same run, <c>[clusters x dimensions]</c>.</summary>
    public Matrix Centroids { get; }

    /// <summary>Returns the index of an item into <see cref="ItemIds"/>; <see cref="EventLog.NoItem"/> when the model does not know it.</summary>
    public int IndexOf(string itemId) => _items.GetValueOrDefault(itemId, EventLog.NoItem);

    /// <summary>Computes the probable clusters of some users, in the same way as those of the clustering.</summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encoder"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    public Memberships Join(Matrix vectors, InteractionSet set) =>
        Memberships.Compute(vectors, set.ItemCounts, Centroids, _calibration, threads: 1, CancellationToken.None);

    /// <summary>
    /// Computes the logarithm of the odds of one cluster against all others, <c>[users]</c>. It still rises where the probability is nearly 1.
    /// </summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encoder"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    /// <param name="cluster">Row of <see cref="Centroids"/>.</param>
    public double[] LogOdds(Matrix vectors, InteractionSet set, int cluster) =>
        Memberships.LogOdds(vectors, set.ItemCounts, Centroids, _calibration, cluster);

    /// <summary>Reads the model of a pipeline's result.</summary>
    /// <param name="content">Content of <see cref="PipelineResult.Model"/>.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    public static TrainedModel Read(byte[] content, string device)
    {
        using var stream = new MemoryStream(content);
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var header = JsonSerializer.Deserialize<Header>(reader.ReadBytes(reader.ReadInt32()))!;
        var shape = new EncoderShape(header.ItemIds.Length, header.TypeNames, header.Options, device);
        return new TrainedModel(header, Encoders.Saved[header.Encoder](stream, shape));
    }

    /// <summary>Writes the length of a JSON header (int32), the header, and the encoder.</summary>
    internal static byte[] Write(
        PipelineOptions options, InteractionSet trained, IUserEncoder encoder, Matrix centroids, MembershipCalibration calibration)
    {
        var log = trained.Events;
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Header(
            options.Encoder, options.Encoding, log.ItemIds, log.TypeNames, options.Cleaning.TypeWeights, options.Cleaning.SourceWeights,
            options.Cleaning.FeedbackWeight, options.Cleaning.RepeatWindow, options.Weighting, TensorPrimitives.Max<long>(log.Times.Span),
            [.. Enumerable.Range(0, centroids.Rows).Select(cluster => centroids.Row(cluster).ToArray())],
            [.. calibration.Levels]));
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(header.Length);
            writer.Write(header);
        }

        encoder.Save(stream);
        return stream.ToArray();
    }

    /// <summary>
    /// Cleans and weights events of any users for the encoder. Events on unknown items are excluded, and so are users without other events.
    /// </summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <returns>A set of its own, which the caller owns.</returns>
    public InteractionSet Prepare(EventLog log)
    {
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
        var (clean, _) = EventCleaner.Clean(log with { Items = items }, cleaning);
        foreach (ref int item in clean.Items.Span) item = IndexOf(clean.ItemIds[item]);
        long last = clean.EventCount == 0 ? 0 : TensorPrimitives.Max<long>(clean.Times.Span);
        return InteractionWeighting.Apply(
            clean with { ItemIds = _header.ItemIds }, cleaning, _header.Weighting, Math.Max(_header.LastEvent, last));
    }

    public void Dispose() => Encoder.Dispose();

    private sealed record Header(
        string Encoder,
        EncodingOptions Options,
        string[] ItemIds,
        string[] TypeNames,
        IReadOnlyDictionary<string, float> TypeWeights,
        IReadOnlyDictionary<string, float> SourceWeights,
        float FeedbackWeight,
        TimeSpan RepeatWindow,
        WeightingOptions Weighting,
        long LastEvent,
        float[][] Centroids,
        MembershipLevel[] Memberships);
}
