using System.Text.Json;
using System.Text.Json.Nodes;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline;

/// <summary>What stands before the encoder in a stored model: the length of a JSON object (int32, little-endian) and the object.</summary>
internal sealed record ModelHeader(
    string Encoder,
    JsonObject Options,
    string[] ItemIds,
    string[] TypeNames,
    IReadOnlyDictionary<string, float> TypeWeights,
    IReadOnlyDictionary<string, float> SourceWeights,
    float FeedbackWeight,
    TimeSpan RepeatWindow,
    WeightingOptions Weighting,
    long LastEvent,
    float[][] Centroids,
    MembershipLevel[] Memberships,
    StoredMeanings? Meanings = null,
    ClusteringSpace? Space = null)
{
    /// <summary>
    /// The options that every model stores, with their defaults, in this order. Models stored by earlier versions hold them all, whatever
    /// the encoder, and so do new ones: the same training gives the same bytes in every version.
    /// </summary>
    private const string StoredOptions = """
        {"Dimensions":64,"Epochs":null,"Patience":5,"BatchSize":null,"LearningRate":null,"Dropout":null,"Candidates":4096,
        "SequenceLength":100,"Repeats":false,"Layers":null,"Heads":2,"MixedPrecision":null,"TextFeatures":false,"TextModel":null}
        """;

    public static ModelHeader Create(
        PipelineOptions options, EventLog log, ClusteringSpace space, Matrix centroids, MembershipCalibration calibration) => new(
        options.Encoder, OptionsOf(Encoders.Named(options.Encoder), options.Parameters), log.ItemIds, log.TypeNames,
        options.Cleaning.Meanings.Weights, options.Cleaning.Meanings.SourceWeights, options.Cleaning.Meanings.FeedbackWeight, options.Cleaning.RepeatWindow,
        options.Weighting, log.LastTime, RowsOf(centroids),
        [.. calibration.Levels], StoredMeanings.From(options.Cleaning.Meanings, log.RatingScales),
        space == ClusteringSpace.Whole ? null : space);

    /// <summary>Returns the rows of a matrix as the header stores them.</summary>
    public static float[][] RowsOf(Matrix matrix) => [.. Enumerable.Range(0, matrix.Rows).Select(row => matrix.Row(row).ToArray())];

    /// <summary>Returns what events mean to the model; a model of an earlier version knows the types of today, by its own weights.</summary>
    public EventMeanings ToMeanings()
    {
        var meanings = new EventMeanings
        {
            Weights = TypeWeights,
            SourceWeights = new Dictionary<string, float>(SourceWeights, StringComparer.OrdinalIgnoreCase),
            FeedbackWeight = FeedbackWeight,
        };
        return Meanings?.ApplyTo(meanings) ?? meanings;
    }

    /// <exception cref="InvalidDataException">The stream does not begin with a header.</exception>
    public static ModelHeader Read(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            return JsonSerializer.Deserialize<ModelHeader>(reader.ReadBytes(reader.ReadInt32()))
                ?? throw new InvalidDataException("The content is not a stored model: its header is null.");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or JsonException)
        {
            throw new InvalidDataException($"The content is not a stored model: {exception.Message}", exception);
        }
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(this);
        writer.Write(header.Length);
        writer.Write(header);
    }

    /// <summary>Returns the values of <see cref="StoredOptions"/>, then those of the encoder's further options that were set.</summary>
    private static JsonObject OptionsOf(EncoderDescriptor encoder, OptionValues values)
    {
        var stored = JsonNode.Parse(StoredOptions)!.AsObject();
        var given = values.ToJson();
        foreach (string name in (string[])[.. stored.Select(option => option.Key), .. encoder.OptionsTypes.SelectMany(options => options.GetProperties()).Select(property => property.Name)])
            if (given.Remove(JsonNamingPolicy.CamelCase.ConvertName(name), out var value)) stored[name] = value;
        return stored;
    }
}

/// <summary>What stored models hold of <see cref="EventMeanings"/> beside the weights.</summary>
internal sealed record StoredMeanings(
    IReadOnlyList<string> RatingTypes,
    IReadOnlyList<string> OpinionTypes,
    IReadOnlyList<string> ChoiceTypes,
    IReadOnlyDictionary<string, IReadOnlyList<string>> UndoTypes,
    IReadOnlyDictionary<string, RatingScale> RatingScales,
    IReadOnlyList<SourceScale> KnownScales)
{
    public static StoredMeanings From(EventMeanings meanings, IReadOnlyList<SourceScale> found) =>
        new(meanings.RatingTypes, meanings.OpinionTypes, meanings.ChoiceTypes, meanings.UndoTypes, meanings.RatingScales, found);

    public EventMeanings ApplyTo(EventMeanings meanings) => meanings with
    {
        RatingTypes = RatingTypes,
        OpinionTypes = OpinionTypes,
        ChoiceTypes = ChoiceTypes,
        UndoTypes = UndoTypes,
        RatingScales = RatingScales,
        KnownScales = KnownScales,
    };
}
