using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Encoding;

/// <summary>Shape and training of the encoders. A value that is null takes the encoder's own default, which its docstring names.</summary>
public sealed record EncodingOptions
{
    /// <summary>Length of a user vector. Default 64.</summary>
    [Range(2, 1024)]
    public int Dimensions { get; init; } = 64;

    /// <summary>Most passes over the training data; training stops earlier when held-out recall does not rise any more.</summary>
    [Range(1, 10_000)]
    public int? Epochs { get; init; }

    /// <summary>Epochs without a better recall after which training stops. Default 5; fewer stop at the first bad luck.</summary>
    [Range(1, 1000)]
    public int Patience { get; init; } = 5;

    /// <summary>Users in one step. Larger steps are faster and learn less from each pass.</summary>
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Step size of Adam.</summary>
    [Range(1e-6, 1)]
    public double? LearningRate { get; init; }

    /// <summary>Part of the input, or of the activations, hidden while training. At 0 an encoder learns to copy.</summary>
    [Range(0, .95)]
    public double? Dropout { get; init; }

    /// <summary>
    /// Most items that a step's softmax runs over: the step's own items and, up to this number, a uniform sample of the
    /// others that stands for all of them. Default 4096; catalogues no larger are always used whole.
    /// </summary>
    [Range(16, 1_000_000)]
    public int Candidates { get; init; } = 4096;

    /// <summary>Most events of a user, the latest, that the sequence encoders see. Default 100.</summary>
    [Range(2, 10_000)]
    public int SequenceLength { get; init; } = 100;

    /// <summary>
    /// Whether the sequence encoders, when they encode and score, read all events of a user. Default false: they read the first
    /// with each item, that is the items in the order in which the user came to them. What they rank is the next new item; known
    /// ones that came up since tell little of it and fill the sequence. They learn from all events in any case.
    /// </summary>
    public bool Repeats { get; init; }

    /// <summary>Layers of the sequence encoders. Default 2; of the recurrent one 1, which learns faster and ranks no worse.</summary>
    [Range(1, 48)]
    public int? Layers { get; init; }

    /// <summary>Attention heads of a transformer layer; they divide <see cref="Dimensions"/>. Default 2.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 2;

    /// <summary>
    /// Whether the transformer computes its products in bfloat16, with float32 weights. Default null: on a GPU.
    /// </summary>
    public bool? MixedPrecision { get; init; }

    /// <summary>
    /// Whether the autoencoder and the sequence encoders know the items' titles and categories too: an item's vector is then its own part and a
    /// part that its text gives. Default false. Items with few events lean on those with similar texts.
    /// </summary>
    public bool TextFeatures { get; init; }

    /// <summary>
    /// Folder of the language model of the texts: <c>model.onnx</c>, a sentence encoder of the BERT family, and its
    /// <c>vocab.txt</c>, lower-case WordPiece. Default null: the MiniLM that comes along, which knows English only.
    /// </summary>
    public string? TextModel { get; init; }
}
