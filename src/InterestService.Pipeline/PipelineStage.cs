namespace InterestService.Pipeline;

/// <summary>The stages of a clustering in their order. The first and the last are the caller's.</summary>
public enum PipelineStage
{
    /// <summary>Events come in.</summary>
    Load,

    /// <summary>Noise goes out; events become weighted interactions.</summary>
    Clean,

    /// <summary>The encoder learns, and users become vectors.</summary>
    Encode,

    /// <summary>Vectors become clusters.</summary>
    Cluster,

    /// <summary>The clusters are judged.</summary>
    Evaluate,

    /// <summary>The clusters are explained and named.</summary>
    Profile,

    /// <summary>Results go out.</summary>
    Save,
}

/// <summary>How far a clustering is.</summary>
/// <param name="Stage">The stage that runs.</param>
/// <param name="Fraction">How much of the stage is done, 0 to 1.</param>
/// <param name="Loss">Training loss of the last epoch, once there is one.</param>
public readonly record struct PipelineProgress(PipelineStage Stage, double Fraction, double? Loss = null)
{
    // Where each stage ends on the way from 0 to 1; rough shares of the time on a few hundred thousand events.
    private static readonly double[] _ends = [.1, .15, .75, .85, .92, .95, 1];

    /// <summary>How much of the whole is done, 0 to 1.</summary>
    public double Overall
    {
        get
        {
            double start = Stage == 0 ? 0 : _ends[(int)Stage - 1];
            return start + Fraction * (_ends[(int)Stage] - start);
        }
    }
}
