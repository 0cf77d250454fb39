"""样例县：给村级星级化创建留空的参数填上样例，不是任何一个县的规定。本包只有数据。 / A made-up county that fills the blanks: data only."""
