namespace InterestService.Pipeline.Evaluation;

/// <summary>One next item of some users, kept from training.</summary>
/// <param name="Users">Rows of the training set.</param>
/// <param name="Items">The held-out item of each.</param>
public sealed record HeldOutItems(int[] Users, int[] Items)
{
    /// <summary>Fewer say too little to judge by.</summary>
    public const int Enough = 20;

    public int Count => Users.Length;
}
