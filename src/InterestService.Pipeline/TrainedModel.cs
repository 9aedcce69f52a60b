using System.Numerics.Tensors;
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
    private readonly CleaningOptions _cleaning;

    private TrainedModel(ModelHeader header, IUserEncoder encoder)
    {
        _header = header;
        _items = header.ItemIds.Index().ToDictionary(item => item.Item, item => item.Index);
        Encoder = encoder;
        Centroids = new Matrix(header.Centroids.Length, header.Centroids[0].Length, [.. header.Centroids.SelectMany(centroid => centroid)]);
        _calibration = new MembershipCalibration(header.Memberships);
        _cleaning = new CleaningOptions
        {
            Meanings = header.ToMeanings(),
            RepeatWindow = header.RepeatWindow,
            // Rules that need many users do not apply.
            MinimumItemUsers = 1,
            MinimumUserItems = 1,
            RobotMinimumRate = double.MaxValue,
        };
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
    /// Cleans and weights events of any users for the encoder. Events on unknown items are excluded, and so are users without other events.
    /// </summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <returns>A set of its own, which the caller owns.</returns>
    public InteractionSet Prepare(EventLog log) => Weigh(EventCleaner.Clean(log, _cleaning, Knows(log)).Log, disliked: false);

    /// <summary>
    /// Selects the items that users dislike, in the form of <see cref="Prepare"/>: as if they were liked, with the strength of the dislike. Users who
    /// dislike nothing that the model knows are excluded.
    /// </summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <returns>A set of its own, which the caller owns.</returns>
    public InteractionSet PrepareDisliked(EventLog log) => Weigh(EventCleaner.SelectDisliked(log, _cleaning, Knows(log)), disliked: true);

    public void Dispose() => Encoder.Dispose();

    private Func<int, bool> Knows(EventLog log)
    {
        bool[] known = [.. log.ItemIds.Select(_items.ContainsKey)];
        return item => known[item];
    }

    /// <summary>Weights a clean log, which the set owns, over the model's items.</summary>
    private InteractionSet Weigh(EventLog clean, bool disliked)
    {
        foreach (ref int item in clean.Items.Span) item = IndexOf(clean.ItemIds[item]);
        long last = clean.EventCount == 0 ? 0 : TensorPrimitives.Max<long>(clean.Times.Span);
        return InteractionWeighting.Apply(
            clean with { ItemIds = _header.ItemIds }, _cleaning.Meanings, _header.Weighting, Math.Max(_header.LastEvent, last), disliked);
    }
}
