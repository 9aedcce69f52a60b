using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// A trained encoder with its context in training (items, event types, cleaning, weights), so that new users can be encoded.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    private readonly ModelHeader _header;
    private readonly int _threads;
    private readonly Dictionary<string, int> _items;
    private readonly MembershipCalibration _calibration;
    private readonly CleaningOptions _cleaning;

    private TrainedModel(ModelHeader header, IUserEncoder encoder, int threads)
    {
        (_header, _threads) = (header, threads);
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

    /// <summary>Name of the encoder.</summary>
    public string EncoderName => _header.Encoder;

    /// <summary>Whether the encoder reads what users search for and the titles of items that the model does not know.</summary>
    public bool ReadsTexts => Encoder is ITextScorer;

    public bool Knows(string itemId) => _items.ContainsKey(itemId);

    /// <summary>Centroids of the clusters of the same run, <c>[clusters x dimensions]</c>.</summary>
    public Matrix Centroids { get; }

    /// <summary>Returns the index of an item into <see cref="ItemIds"/>; <see cref="EventLog.NoItem"/> when the model does not know it.</summary>
    public int IndexOf(string itemId) => _items.GetValueOrDefault(itemId, EventLog.NoItem);

    /// <summary>Computes the vectors of users in the space of the clusters, <c>[users x dimensions]</c>.</summary>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    /// <param name="cancellation">Checked before each chunk of users.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Matrix Encode(InteractionSet set, CancellationToken cancellation) =>
        (_header.Space ?? ClusteringSpace.Whole).Project(Encoder.Encode(set, cancellation), _threads, cancellation);

    /// <summary>Computes the probable clusters of some users, in the same way as those of the clustering.</summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encode"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    public Memberships Join(Matrix vectors, InteractionSet set) => Join(vectors, set.Activity);

    /// <summary>Computes the probable clusters of some users, in the same way as those of the clustering.</summary>
    /// <param name="vectors">Vectors by <see cref="Encode"/>.</param>
    /// <param name="activity">Number of different items and queries of each user, <c>[users]</c>.</param>
    public Memberships Join(Matrix vectors, int[] activity) =>
        Memberships.Compute(vectors, activity, Centroids, _calibration, threads: 1, CancellationToken.None);

    /// <summary>
    /// Computes the logarithm of the odds of one cluster against all others, <c>[users]</c>. It still rises where the probability is nearly 1.
    /// </summary>
    /// <param name="vectors">Vectors of the set by <see cref="Encode"/>.</param>
    /// <param name="set">Result of <see cref="Prepare"/>.</param>
    /// <param name="cluster">Row of <see cref="Centroids"/>.</param>
    public double[] LogOdds(Matrix vectors, InteractionSet set, int cluster) =>
        Memberships.LogOdds(vectors, set.Activity, Centroids, _calibration, cluster);

    /// <summary>Reads the model of a pipeline's result.</summary>
    /// <param name="content">Content of <see cref="PipelineResult.Model"/>, of this version or an earlier one.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Maximum number of threads at a time.</param>
    /// <param name="textModels">Opens the language models of texts. Default: those in folders.</param>
    /// <exception cref="InvalidDataException">The content is cut off or not a model.</exception>
    public static TrainedModel Read(byte[] content, string device, int threads, TextModels? textModels = null)
    {
        using var stream = new MemoryStream(content);
        var header = ModelHeader.Read(stream);
        if (!Encoders.Names.Contains(header.Encoder)) throw new InvalidDataException($"The content is a model of an unknown encoder, '{header.Encoder}'.");
        var shape = new EncoderShape(header.ItemIds.Length, header.TypeNames, device, threads) { TextModels = textModels ?? new() };
        return new TrainedModel(header, Encoders.Named(header.Encoder).Load(stream, shape, header.Options), threads);
    }

    /// <summary>Moves the centroids of a stored model.</summary>
    /// <param name="content">A stored model.</param>
    /// <param name="centroids">As many as it has, <c>[clusters x dimensions]</c>.</param>
    /// <returns>The model with the centroids, otherwise the same.</returns>
    /// <exception cref="InvalidDataException">The content is not a model.</exception>
    public static byte[] Move(byte[] content, Matrix centroids)
    {
        using var source = new MemoryStream(content);
        using var moved = new MemoryStream(content.Length);
        (ModelHeader.Read(source) with { Centroids = ModelHeader.RowsOf(centroids) }).Write(moved);
        source.CopyTo(moved);
        return moved.ToArray();
    }

    /// <summary>Writes the <see cref="ModelHeader"/>, then the encoder.</summary>
    internal static byte[] Write(
        PipelineOptions options, InteractionSet trained, EncodedUsers users, Matrix centroids, MembershipCalibration calibration)
    {
        using var stream = new MemoryStream();
        ModelHeader.Create(options, trained.Events, users.Space, centroids, calibration).Write(stream);
        users.Encoder.Save(stream);
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

        return Weigh(EventCleaner.Clean(log, _cleaning, Encoders.UseOf([_header.Encoder]), Knows(log)).Log, disliked: false);
    }

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
        return InteractionWeighting.Apply(
            clean with { ItemIds = _header.ItemIds }, _cleaning.Meanings, _header.Weighting, Math.Max(_header.LastEvent, clean.LastTime), disliked);
    }

    /// <summary>
    /// Adds a search for the text of a new item to each event by which a user is interested in it: not for what was taken back or is
    /// disliked. The events on the items stay, as ratings of new items count for the mean of the user's ratings.
    /// </summary>
    private EventLog Describe(EventLog log, IReadOnlyDictionary<string, ItemDescription> newItems)
    {
        bool[] isNew = [.. log.ItemIds.Select(id => !Knows(id) && newItems.ContainsKey(id))];
        using var liked = EventCleaner.Clean(log, _cleaning, knows: item => isNew[item]).Log;
        var rows = liked.UserIds.Index().ToDictionary(user => user.Item, user => user.Index);
        var builder = new EventLogBuilder();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            string id = log.UserIds[user];
            var (next, end) = rows.TryGetValue(id, out int row) ? (liked.UserOffsets[row], liked.UserOffsets[row + 1]) : (0, 0);
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                string? query = log.Searches?.QueryOf(e) is >= 0 and var known ? log.Searches.Texts[known] : null;
                float value = log.ValueOf(e);
                builder.Add(
                    id, log.Items[e] == EventLog.NoItem ? null : log.ItemIds[log.Items[e]], log.TypeNames[log.Types[e]], log.Times[e], query,
                    log.OriginNames[log.OriginOf(e)], float.IsNaN(value) ? null : value);
                for (; next < end && liked.Times[next] <= log.Times[e]; next++)
                {
                    builder.Add(
                        id, null, liked.TypeNames[liked.Types[next]], liked.Times[next], newItems[liked.ItemIds[liked.Items[next]]].Text,
                        liked.OriginNames[liked.OriginOf(next)]);
                }
            }
        }

        return builder.Build();
    }
}
