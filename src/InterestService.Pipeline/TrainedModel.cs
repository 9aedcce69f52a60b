using System.Text.Json;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// A trained encoder with what was around it in training (items, event types, cleaning, weights), so that users can be encoded
/// whom it has never seen.
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

    /// <summary>External ids of the items that it knows, <c>[items]</c>.</summary>
    public IReadOnlyList<string> ItemIds => _header.ItemIds;

    public bool Knows(string itemId) => _items.ContainsKey(itemId);

    /// <summary>Of the clusters that were found with it, <c>[clusters x dimensions]</c>.</summary>
    public Matrix Centroids { get; }

    /// <summary>Index of an item into <see cref="ItemIds"/>; <see cref="EventLog.NoItem"/> when the model does not know it.</summary>
    public int IndexOf(string itemId) => _items.GetValueOrDefault(itemId, EventLog.NoItem);

    /// <summary>Probable clusters of some users, as those of the clustering's own.</summary>
    /// <param name="vectors">What <see cref="Encoder"/> made of the set.</param>
    /// <param name="set">Of <see cref="Prepare"/>.</param>
    public Memberships Join(Matrix vectors, InteractionSet set) =>
        Memberships.Compute(vectors, set.ItemCounts, Centroids, _calibration, threads: 1, CancellationToken.None);

    /// <summary>
    /// Logarithm of the odds of one cluster against all others, <c>[users]</c>. It goes on rising where the probability is all but 1.
    /// </summary>
    /// <param name="vectors">What <see cref="Encoder"/> made of the set.</param>
    /// <param name="set">Of <see cref="Prepare"/>.</param>
    /// <param name="cluster">Row of <see cref="Centroids"/>.</param>
    public double[] LogOdds(Matrix vectors, InteractionSet set, int cluster) =>
        Memberships.LogOdds(vectors, set.ItemCounts, Centroids, _calibration, cluster);

    /// <summary>Reads what a pipeline's result holds.</summary>
    /// <param name="content">Of <see cref="PipelineResult.Model"/>.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    public static TrainedModel Read(byte[] content, string device)
    {
        using var stream = new MemoryStream(content);
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var header = JsonSerializer.Deserialize<Header>(reader.ReadBytes(reader.ReadInt32()))!;
        var shape = new EncoderShape(header.ItemIds.Length, header.TypeNames, header.Options, device);
        return new TrainedModel(header, Encoders.Saved[header.Encoder](stream, shape));
    }

    /// <summary>The length of a JSON header (int32), the header, the encoder.</summary>
    internal static byte[] Write(
        PipelineOptions options, InteractionSet trained, IUserEncoder encoder, Matrix centroids, MembershipCalibration calibration)
    {
        var log = trained.Events;
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Header(
            options.Encoder, options.Encoding, log.ItemIds, log.TypeNames, options.Cleaning.TypeWeights, options.Cleaning.SourceWeights,
            options.Cleaning.FeedbackWeight, options.Cleaning.RepeatWindow, options.Weighting, log.Times.Max(),
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
    /// Cleans and weighs events of any users for the encoder: those on items that it does not know are left out, and so are
    /// users with nothing left.
    /// </summary>
    public InteractionSet Prepare(EventLog log)
    {
        int[] known = [.. log.ItemIds.Select(IndexOf)];
        var cleaning = new CleaningOptions
        {
            TypeWeights = new Dictionary<string, float>(_header.TypeWeights, StringComparer.OrdinalIgnoreCase),
            SourceWeights = new Dictionary<string, float>(_header.SourceWeights, StringComparer.OrdinalIgnoreCase),
            FeedbackWeight = _header.FeedbackWeight,
            RepeatWindow = _header.RepeatWindow,
            // What only many users can show.
            MinimumItemUsers = 1,
            MinimumUserItems = 1,
            RobotMinimumRate = double.MaxValue,
        };
        var (clean, _) = EventCleaner.Clean(
            log with { Items = [.. log.Items.Select(item => item == EventLog.NoItem || known[item] == EventLog.NoItem ? EventLog.NoItem : item)] }, cleaning);
        clean = clean with { ItemIds = _header.ItemIds, Items = [.. clean.Items.Select(item => _items[clean.ItemIds[item]])] };
        long last = clean.EventCount == 0 ? 0 : clean.Times.Max();
        return InteractionSet.Weigh(clean, cleaning, _header.Weighting, Math.Max(_header.LastEvent, last));
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
